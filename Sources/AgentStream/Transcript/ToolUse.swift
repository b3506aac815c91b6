/// A tool that the agent uses.
package struct ToolUse: Hashable, Sendable {
    /// Its result carries the same.
    package let id: String
    /// The tool's name; `server: tool` for one of an MCP server.
    package let name: String
    /// The argument that says most, on one line; empty when there is none.
    package let title: String
    package let input: ToolInput
}

/// What came of a tool's use.
package struct ToolResult: Hashable, Sendable {
    /// The id of its use.
    package let of: String
    /// The use's name and title; nil when the fold began after it.
    package let name: String?
    package let title: String?
    package let isError: Bool
    /// Whether the tool never ran, because it was not allowed or was interrupted.
    package let wasRefused: Bool
    package let output: ToolOutput
}
