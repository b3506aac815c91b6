import AgentStream
import Model

/// Where something is declared.
struct DeclaredPlace: Hashable {
    let document: Int
    /// The place within the document; empty for the document itself.
    let path: [SchemaIssue.PathItem]
    let file: String
}

/// A task or schedule as a file has it.
struct Declared: Hashable {
    let place: DeclaredPlace
    let slug: String
    /// Its slug before, for one that is to keep its history.
    let formerly: String?
    let fields: JSONValue

    init(_ fields: JSONValue, at place: DeclaredPlace) {
        self.place = place
        self.fields = fields
        slug = fields.text("slug")
        formerly = fields["formerly"]?.string
    }

    var managedBy: ManagedBy { ManagedBy(file: place.file) }
}

/// What files declare, each document looked at by itself.
struct DeclaredDocuments {
    private(set) var tasks: [Declared] = []
    /// With the slug or id of its task.
    private(set) var schedules: [(schedule: Declared, task: String)] = []
    private(set) var problems: [DeclarationProblem] = []

    /// - Parameter documents: Each with its file's path.
    init(_ documents: [(file: String, content: JSONValue)]) {
        for (index, document) in documents.enumerated() {
            add(document.content, at: DeclaredPlace(document: index, path: [], file: document.file))
        }
        refuseDoubles(tasks, "task")
        refuseDoubles(schedules.map(\.schedule), "schedule")
    }

    private mutating func add(_ content: JSONValue, at place: DeclaredPlace) {
        guard let object = content.object else {
            return tell(place, "A task or schedule is expected here.")
        }
        let kind = DeclarationSchema.kind.examined(object["kind"])
        guard kind.issues.isEmpty, let kind = object["kind"]?.string.flatMap(DeclarationSchema.Kind.init(rawValue:))
        else {
            let message = object["kind"] == nil ? "Required: task or schedule" : "Expected task or schedule"
            problems.append(DeclarationProblem(place.document, [.key("kind")], message))
            return
        }
        let (fields, issues) = DeclarationSchema.schema(kind).examined(content)
        guard let fields, issues.isEmpty else {
            problems += issues.flatMap { DeclarationProblem.problems(place.document, $0) }
            return
        }
        let declared = Declared(fields, at: place)
        checkSlug(declared)
        switch kind {
        case .schedule: schedules.append((declared, fields.text("task")))
        case .task:
            tasks.append(declared)
            for (index, schedule) in (fields["schedules"]?.array ?? []).enumerated() {
                let path: [SchemaIssue.PathItem] = [.key("schedules"), .index(index)]
                let place = DeclaredPlace(document: place.document, path: path, file: place.file)
                let schedule = Declared(schedule, at: place)
                checkSlug(schedule)
                schedules.append((schedule, declared.slug))
            }
        }
    }

    private mutating func checkSlug(_ declared: Declared) {
        for (name, slug) in [("slug", declared.slug), ("formerly", declared.formerly)] {
            guard let slug, !DeclarationSchema.isSlug(slug) else { continue }
            let problem = InputProblem(
                field: name,
                message: "Lower-case letters, digits and hyphens are expected, such as \(AgentTask.slug(of: slug))."
            )
            problems.append(DeclarationProblem(declared.place, problem))
        }
    }

    private mutating func refuseDoubles(_ all: [Declared], _ word: String) {
        var known: [String: Declared] = [:]
        for declared in all {
            guard let first = known[declared.slug] else {
                known[declared.slug] = declared
                continue
            }
            let files = "\(first.place.file) and \(declared.place.file)"
            let problem = InputProblem(field: "slug", message: "The \(word) \(declared.slug) is declared in \(files).")
            problems.append(DeclarationProblem(first.place, problem))
            problems.append(DeclarationProblem(declared.place, problem))
        }
    }

    private mutating func tell(_ place: DeclaredPlace, _ message: String) {
        problems.append(DeclarationProblem(place.document, place.path, message))
    }
}
