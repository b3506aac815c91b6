import AgentStream
import Yams

/// Something in a file of tasks that cannot be used.
struct TaskFileProblem: Error, Hashable, Comparable, CustomStringConvertible {
    let file: String
    let line: Int?
    let column: Int?
    /// The field, such as `steps.0.instructions`; nil where it is not about one.
    let field: String?
    let message: String

    init(file: String, mark: Mark?, field: String?, message: String) {
        self.file = file
        line = mark?.line
        column = mark?.column
        self.field = field
        self.message = message
    }

    /// What is wrong with a file as a whole.
    init(file: String, _ message: String) {
        self.init(file: file, mark: nil, field: nil, message: message)
    }

    /// What the reader of YAML says.
    init(file: String, _ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(file: file, mark: mark, field: nil, message: "This is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.joined(separator: ", ")
            self.init(file: file, mark: context.mark, field: names, message: "This key is given twice.")
        default:
            self.init(file: file, mark: nil, field: nil, message: "This is no YAML: \(error)")
        }
    }

    /// As compilers say it, with control characters made visible.
    var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap(\.self).joined(separator: ":")
        let text = [place, field, message].compactMap(\.self).joined(separator: ": ")
        return VisibleText.oneLine(text, limit: 2000)
    }

    /// In the order in which they stand in the files.
    static func < (one: TaskFileProblem, other: TaskFileProblem) -> Bool {
        (one.file, one.line ?? 0, one.column ?? 0) < (other.file, other.line ?? 0, other.column ?? 0)
    }

    var json: JSONValue {
        [
            "file": .string(file), "line": line.map { JSONValue($0) } ?? .null,
            "column": column.map { JSONValue($0) } ?? .null, "field": field.map { .string($0) } ?? .null,
            "message": .string(message),
        ]
    }
}
