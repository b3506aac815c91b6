/// How an execution ended, as the executor recorded it.
package struct AgentExitRecord: Hashable, Sendable, Codable {
    /// Who ended the agent and why.
    package enum Ending: String, Sendable, Codable {
        case agent
        case startup
        case idle
        case total
        case cancel
        /// The agent lingered after its result; it counts as exited 0.
        case linger
        case outputLimit = "output_limit"
        /// The executor could not keep what the agent printed.
        case storage
        /// How the agent ended cannot be known.
        case interrupted
        /// The agent's program could not be started.
        case notStarted = "not_started"
    }

    package var code: Int?
    package var signal: Int?
    package var endedBy: Ending
    /// Whether memory ran out in the container meanwhile; nil where nobody can know.
    package var outOfMemory: Bool?
    package var detail: String?
    /// The tail of the agent's standard error.
    package var stderr: String

    package init(
        code: Int?,
        signal: Int?,
        endedBy: Ending,
        outOfMemory: Bool? = nil,
        detail: String?,
        stderr: String
    ) {
        self.code = code
        self.signal = signal
        self.endedBy = endedBy
        self.outOfMemory = outOfMemory
        self.detail = detail
        self.stderr = stderr
    }
}
