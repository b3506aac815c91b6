/// What an agent says of itself when a turn begins.
package struct SessionStart: Hashable, Sendable {
    package let id: String?
    package let model: String?
    package let directory: String?
    package let permissionMode: String?
    package let version: String?
    package let keySource: String?
    package let tools: BoundedList<String>
    /// Servers of tools with their state, such as `github (failed)`.
    package let servers: BoundedList<String>
    /// Whether the fold saw the same session begin before: each turn of a process does so.
    package let isRepeated: Bool

    init(_ tree: JSONValue, previous: SessionStart?) {
        id = tree.word("session_id")
        model = tree.word("model")
        directory = tree.word("cwd")
        permissionMode = tree.word("permissionMode")
        version = tree.word("claude_code_version")
        keySource = tree.word("apiKeySource")
        tools = BoundedList(words: tree["tools"])
        servers = BoundedList(tree["mcp_servers"]?.array ?? []) { server in
            server.word("name").map { name in server.word("status").map { "\(name) (\($0))" } ?? name }
        }
        isRepeated =
            previous != nil && previous?.id == id && previous?.model == model
            && previous?.permissionMode == permissionMode
    }
}
