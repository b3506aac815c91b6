/// Which program and model an agent says that it is.
package struct AgentIdentity: Hashable, Sendable, Codable {
    package var model: String?
    /// The version of Claude Code.
    package var version: String?

    package init(model: String? = nil, version: String? = nil) {
        self.model = model
        self.version = version
    }
}
