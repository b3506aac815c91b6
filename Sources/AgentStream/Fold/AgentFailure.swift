/// Why an agent did not do its work, in a word for machines and a sentence for people.
package struct AgentFailure: Error, Hashable, Sendable, Codable {
    /// The reasons that an agent's own output can give; the words are those of the run's reasons.
    package enum Reason: String, Hashable, Sendable, CaseIterable, Codable {
        case agentStartup = "agent_startup"
        case agentError = "agent_error"
        case authentication
        case rateLimited = "rate_limited"
        case overloaded
        case budget
        case maxTurns = "max_turns"
        case permissionDenied = "permission_denied"
    }

    package let reason: Reason
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }
}
