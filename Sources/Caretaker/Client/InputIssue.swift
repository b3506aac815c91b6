import AgentStream

/// What the service finds wrong with one field of an input.
struct InputIssue: Hashable, CustomStringConvertible {
    /// Keys, and places in lists.
    let path: [JSONValue]
    let message: String

    /// The issues that an error's message lists, if it does.
    static func all(in error: JSONValue) -> [InputIssue] {
        let list = error["message"]?.string.flatMap { try? JSONValue(parsing: $0) }?.array
        return (list ?? []).map { issue in
            InputIssue(path: issue["path"]?.array ?? [], message: issue["message"]?.string ?? "")
        }
    }

    var description: String {
        let field = path.map { $0.string ?? "\($0.int ?? 0)" }.joined(separator: ".")
        return "\(field.isEmpty ? "input" : field): \(message)"
    }
}
