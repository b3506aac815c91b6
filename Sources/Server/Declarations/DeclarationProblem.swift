import AgentStream
import Model

/// Something in a file that cannot be used.
struct DeclarationProblem: Hashable {
    /// The place of its document among those that were given.
    let document: Int
    /// The field, from the document's root.
    let path: [SchemaIssue.PathItem]
    let message: String

    init(_ document: Int, _ path: [SchemaIssue.PathItem], _ message: String) {
        self.document = document
        self.path = path
        self.message = message
    }

    /// The problem of a value that stands at a place of a document.
    init(_ place: DeclaredPlace, _ problem: InputProblem) {
        self.init(place.document, place.path + problem.path, problem.message)
    }

    /// The problems that a schema's issue tells; every key that it does not know is one.
    static func problems(_ document: Int, _ issue: SchemaIssue) -> [DeclarationProblem] {
        guard let keys = issue.details["keys"]?.array?.compactMap(\.string) else {
            return [DeclarationProblem(document, issue.path, issue.message)]
        }
        return keys.map { DeclarationProblem(document, issue.path + [.key($0)], "There is no such field here.") }
    }

    func value(file: String) -> JSONValue {
        [
            "document": JSONValue(document), "file": .string(file), "path": .array(path.map(\.value)),
            "message": .string(message),
        ]
    }

    static let schema = Schema.object(
        [
            .required("document", .integer(0...(.max))), .required("file", .text),
            .required("path", .array(of: .any, maximum: .max)), .required("message", .text),
        ],
        unknown: .refuse
    )
}

extension SchemaIssue.PathItem {
    var value: JSONValue {
        switch self {
        case .key(let key): .string(key)
        case .index(let index): JSONValue(index)
        }
    }
}
