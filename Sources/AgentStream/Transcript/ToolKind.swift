/// The tools that are shown each in its own way.
enum ToolKind: Hashable, Sendable {
    case bash
    case read
    case write
    case edit
    case search
    case todos
    case task
    case subagent
    case web
    case other

    init(name: String) {
        self =
            switch name {
            case "Bash": .bash
            case "Read": .read
            case "Write": .write
            case "Edit", "MultiEdit": .edit
            case "Grep", "Glob", "LS": .search
            case "TodoWrite": .todos
            case "TaskCreate", "TaskUpdate", "TaskList", "TaskGet": .task
            case "Agent", "Task": .subagent
            case "WebFetch", "WebSearch": .web
            default: .other
            }
    }

    /// A tool's name as it is shown: `mcp__server__tool` is `server: tool`.
    static func shownName(_ name: String) -> String {
        guard name.hasPrefix("mcp__") else { return name.shownWord }
        let rest = name.dropFirst(5)
        guard let separator = rest.utf8.indices.first(where: { rest.utf8[$0...].starts(with: "__".utf8) }),
            separator > rest.startIndex
        else { return name.shownWord }
        return "\(rest[..<separator]): \(rest[separator...].dropFirst(2))".shownWord
    }
}
