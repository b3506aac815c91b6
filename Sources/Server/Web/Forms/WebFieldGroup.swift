/// Fields that belong together; those in which nothing is set are folded away.
struct WebFieldGroup {
    let title: String
    let isOpen: Bool
    let fields: [WebField]

    init(_ title: String, _ fields: [WebField], isOpen: Bool? = nil) {
        self.title = title
        self.fields = fields
        self.isOpen = isOpen ?? fields.contains { $0.shown != nil }
    }
}

/// Something that was set, as a page tells it.
struct WebFact {
    let factName: String
    let factValue: String
}

extension [WebFieldGroup] {
    /// What is set in the fields, as they call it.
    var facts: [WebFact] {
        flatMap(\.fields).compactMap { field in
            field.shown.map { WebFact(factName: field.label, factValue: $0) }
        }
    }
}
