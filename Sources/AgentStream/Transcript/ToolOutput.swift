/// What a tool gave back.
package enum ToolOutput: Hashable, Sendable {
    case bash(CommandOutput)
    case lines(FileLines)
    case images([ShownImage], text: ShownText?)
    case written(path: String, created: Bool, diff: FileDiff?)
    case edited(path: String, diff: FileDiff?)
    case matches(Matches)
    case checklist(Checklist)
    case subagent(Report)
    /// Every other tool, and every failure.
    case text(ShownText)

    /// What a command of the shell printed.
    package struct CommandOutput: Hashable, Sendable {
        /// Both streams, as they came, unless the program kept them apart.
        package let output: ShownText
        package let errors: ShownText?
        /// Nil when it is not known.
        package let exitCode: Int?
        package let wasInterrupted: Bool
        /// What the program makes of the exit code, such as "No matches found".
        package let interpretation: String?
        /// The id under which it goes on in the background.
        package let backgroundTask: String?
        /// Where the whole output is in the instance, and its size, when it was too long for the agent.
        package let persistedPath: String?
        package let persistedBytes: Int?
    }

    /// Lines of a file.
    package struct FileLines: Hashable, Sendable {
        package let path: String?
        /// The first line's number.
        package let start: Int
        package let count: Int?
        package let total: Int?
        package let text: ShownText
    }

    /// What a search found.
    package struct Matches: Hashable, Sendable {
        package let files: BoundedList<String>
        /// The found lines or counts, when they were asked for.
        package let content: ShownText?
        /// How many files or lines there are, as the tool says.
        package let count: Int?
        package let isTruncated: Bool
    }

    /// A subagent's report.
    package struct Report: Hashable, Sendable {
        /// Such as `completed` or `async_launched`.
        package let status: String?
        package let text: ShownText
        package let tokens: Int?
        package let toolUses: Int?
        package let milliseconds: Int?
    }
}
