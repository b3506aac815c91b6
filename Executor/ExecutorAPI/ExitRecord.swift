/// How an execution ended; the body of its `x` frame and the content of `exit.json`.
package struct ExitRecord: Codable, Hashable, Sendable {
    /// Who ended the agent and why.
    package enum Ending: String, Codable, Sendable {
        /// The agent ended by itself.
        case agent
        /// No first line within the start-up limit.
        case startup
        /// No line within the idle limit.
        case idle
        /// The total limit.
        case total
        /// A cancel call.
        case cancel
        /// The agent lingered after its `result` and was ended after a grace; it counts as exited 0.
        case linger
        /// The spool reached its cap.
        case outputLimit = "output_limit"
        /// The spool could not be written, for example on a full disk.
        case storage
        /// The executor itself was gone: how the agent ended cannot be known.
        case interrupted
        /// The agent's program could not be started; `detail` says why.
        case notStarted = "not_started"
    }

    /// The exit code; nil when a signal ended the agent or nothing is known.
    package var code: Int?
    /// The signal that ended the agent.
    package var signal: Int?
    package var endedBy: Ending
    /// Whether the kernel ended a process in the container meanwhile because memory ran out; nil where nobody can know.
    package var outOfMemory: Bool?
    /// One sentence for a person, where there is more to say.
    package var detail: String?
    /// The tail of standard error, at most 8 KiB, as text.
    package var stderr: String
    /// How many frames precede this one.
    package var lines: Int
    /// Milliseconds since 1970.
    package var startedAt: Int64?
    /// Milliseconds since 1970.
    package var finishedAt: Int64

    package init(
        code: Int?,
        signal: Int?,
        endedBy: Ending,
        outOfMemory: Bool? = nil,
        detail: String?,
        stderr: String,
        lines: Int,
        startedAt: Int64?,
        finishedAt: Int64
    ) {
        self.code = code
        self.signal = signal
        self.endedBy = endedBy
        self.outOfMemory = outOfMemory
        self.detail = detail
        self.stderr = stderr
        self.lines = lines
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}
