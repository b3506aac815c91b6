package import AgentStream

/// What a document of a file must be: the fields of `tasks.create` and `schedules.create`, and what names them.
package enum DeclarationSchema {
    /// What a document declares.
    enum Kind: String, CaseIterable {
        case task
        case schedule
    }

    static let kind = Schema.word(Kind.allCases.map(\.rawValue))

    static func schema(_ kind: Kind) -> Schema {
        switch kind {
        case .task: task
        case .schedule: schedule
        }
    }

    /// What a document is called, and what it was called before.
    private static let names: [Schema.Field] = [.required("slug", slug), .optional("formerly", slug)]

    private static let slug = Schema.string(lengths: 1...64)

    private static let task = Schema.object(
        [.required("kind", .word([Kind.task.rawValue]))] + names
            + TaskContentReader.fields.map { field in
                switch field.name {
                case "steps": .required("steps", .array(of: step, maximum: 1000))
                // A null leaves the value to the service, so that a secret need not be in a file.
                case "settings": .optional("settings", WireTask.settingsSchema(variable: .nullable(.text)))
                default: field
                }
            } + [.optional("schedules", .array(of: ownSchedule, maximum: 1000))],
        unknown: .refuse
    )

    private static let step = Schema.object(
        [.required("instructions", .text), .optional("checks", .text)],
        unknown: .refuse
    )

    /// A schedule within its task's document.
    private static let ownSchedule = Schema.object(names + ScheduleProcedures.contentFields, unknown: .refuse)

    private static let schedule = Schema.object(
        [.required("kind", .word([Kind.schedule.rawValue]))] + names + [.required("task", .id)]
            + ScheduleProcedures.contentFields,
        unknown: .refuse
    )

    /// All of it in the words of JSON Schema, for editors.
    package static var json: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A task of Caretaker with its schedules, or a schedule",
            "oneOf": .array(Kind.allCases.map { schema($0).jsonSchema(SchemaNames([])) }),
        ]
    }

    /// Whether a text may be a slug: what `AgentTask.slug(of:)` makes, with a number behind it.
    static func isSlug(_ text: String) -> Bool {
        guard text.utf8.first != UInt8(ascii: "-"), text.utf8.last != UInt8(ascii: "-") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }
}
