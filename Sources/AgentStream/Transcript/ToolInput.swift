/// What a tool is asked to do.
package enum ToolInput: Hashable, Sendable {
    case bash(Command)
    case read(FileRange)
    case write(path: String, content: ShownText)
    /// The diff has no line numbers: it is made of the texts alone, and stands for what the result's diff will show.
    case edit(path: String, diff: FileDiff, replacesAll: Bool)
    case search(Search)
    case checklist(Checklist)
    case task(TaskChange)
    case subagent(Delegation)
    case web(target: String, prompt: ShownText?)
    /// Every other tool: its input as JSON.
    case generic(ShownText)

    /// A command for the shell.
    package struct Command: Hashable, Sendable {
        package let command: ShownText
        package let description: String?
        package let timeoutMilliseconds: Int?
        package let isInBackground: Bool
    }

    /// A file and which lines of it.
    package struct FileRange: Hashable, Sendable {
        package let path: String
        package let offset: Int?
        package let limit: Int?
    }

    /// What is looked for, and where.
    package struct Search: Hashable, Sendable {
        package let pattern: String?
        package let path: String?
        /// Which files are searched.
        package let filter: String?
        package let mode: String?
    }

    /// What happens to one of the agent's tasks.
    package struct TaskChange: Hashable, Sendable {
        /// Nil for a new one and for the whole list.
        package let id: String?
        package let subject: String?
        package let description: ShownText?
        package let status: String?
    }

    /// Work that is given to a subagent.
    package struct Delegation: Hashable, Sendable {
        package let description: String?
        package let type: String?
        package let prompt: ShownText
    }
}
