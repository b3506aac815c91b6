/// The body of `POST /execute`; a prompt alone is put to `claude` with its defaults.
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
        /// Claude Code, whose arguments the executor makes from `claude`.
        case claude
        /// Any program that reads the prompt on standard input and writes stream-json lines.
        case command
    }

    package var driver: Driver
    /// The program and its arguments; for Claude Code those that stand before all that the executor adds.
    package var command: [String]
    /// Added to the small environment that the executor makes.
    package var environment: [String: String]
    /// The session that the first step begins and later steps resume; a UUID for Claude Code.
    package var sessionID: String?
    package var resume: Bool
    package var claude: ClaudeOptions?
    /// The key of the model's API, given to Claude Code by a descriptor and never written anywhere.
    package var apiKey: String?

    package init(
        driver: Driver,
        command: [String],
        environment: [String: String],
        sessionID: String?,
        resume: Bool,
        claude: ClaudeOptions? = nil,
        apiKey: String? = nil
    ) {
        self.driver = driver
        self.command = command
        self.environment = environment
        self.sessionID = sessionID
        self.resume = resume
        self.claude = claude
        self.apiKey = apiKey
    }
}

/// What Claude Code is told on its command line; an absent value leaves it to the program.
package struct ClaudeOptions: Codable, Hashable, Sendable {
    package var model: String?
    package var fallbackModel: String?
    package var maxTurns: Int?
    /// What is left of the run's budget, in US dollars.
    package var maxBudgetUSD: Double?
    package var tools: [String]?
    package var allowedTools: [String]?
    package var disallowedTools: [String]?
    package var permissionMode: String?
    package var appendSystemPrompt: String?
    /// The text of an `.mcp.json`.
    package var mcpConfig: String?
    /// Whether the repository's own hooks and MCP servers are started.
    package var trustsRepositorySettings: Bool?
    /// Where the model's API is; the API's own address when absent.
    package var baseURL: String?

    package init() {}
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
