/// The body of `POST /execute`; a prompt alone is enough when the executor knows an agent.
package struct ExecuteRequest: Codable, Sendable {
    /// Makes the call idempotent; made up by the executor when absent.
    package var id: String?
    package var prompt: String
    package var agent: AgentInvocation?
    package var limits: ExecutionLimits?

    package init(id: String?, prompt: String, agent: AgentInvocation?, limits: ExecutionLimits?) {
        self.id = id
        self.prompt = prompt
        self.agent = agent
        self.limits = limits
    }
}

/// How the agent is to be started.
package struct AgentInvocation: Codable, Hashable, Sendable {
    /// Which program family the agent belongs to.
    package enum Driver: String, Codable, Sendable {
        /// Any program that reads the prompt on standard input and writes stream-json lines.
        case command
    }

    package var driver: Driver
    /// The program and its arguments.
    package var command: [String]
    /// Added to the small environment that the executor makes.
    package var environment: [String: String]
    /// The session that the first step begins and later steps resume.
    package var sessionID: String?
    package var resume: Bool

    package init(
        driver: Driver,
        command: [String],
        environment: [String: String],
        sessionID: String?,
        resume: Bool
    ) {
        self.driver = driver
        self.command = command
        self.environment = environment
        self.sessionID = sessionID
        self.resume = resume
    }
}

/// The limits that the executor keeps for one execution; times are in seconds, an absent one takes the default.
package struct ExecutionLimits: Codable, Hashable, Sendable {
    /// Until the first line.
    package var startup: Double?
    /// Between two lines; re-armed by every line.
    package var idle: Double?
    /// For the whole execution; never re-armed.
    package var total: Double?
    /// How long a process may linger after its `result` line; re-armed by any later line.
    package var linger: Double?
    /// How many bytes the spool may take.
    package var outputBytes: Int?

    package init(startup: Double?, idle: Double?, total: Double?, linger: Double?, outputBytes: Int?) {
        self.startup = startup
        self.idle = idle
        self.total = total
        self.linger = linger
        self.outputBytes = outputBytes
    }
}
