/// Which program the agent is and what it is given.
package struct AgentSettings: Hashable, Sendable {
    /// Which program family the agent belongs to.
    package enum Driver: String, CaseIterable, Codable, Sendable {
        /// Claude Code, whose command line the executor makes from `options`.
        case claude
        /// Any program that reads the prompt on standard input and writes stream-json lines.
        case command
    }

    package var driver: Driver
    /// The program and its arguments, for each driver that is configured.
    package var commands: [Driver: [String]]
    package var environment: [String: String]
    package var options: AgentOptions
    /// Where the model's API is; the API's own address when nil.
    package var baseURL: String?
    package var apiKey: APIKey?
    package var onPermissionDenied: PermissionPolicy

    package init(
        driver: Driver,
        commands: [Driver: [String]],
        environment: [String: String],
        options: AgentOptions = AgentOptions(),
        baseURL: String? = nil,
        apiKey: APIKey? = nil,
        onPermissionDenied: PermissionPolicy = .fail
    ) {
        self.driver = driver
        self.commands = commands
        self.environment = environment
        self.options = options
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.onPermissionDenied = onPermissionDenied
    }
}

/// The key of the model's API; its text never shows in a description or a log.
package struct APIKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { "(API key)" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a denied tool call means for a run whose agent else succeeded.
package enum PermissionPolicy: String, CaseIterable, Codable, Sendable {
    /// The run fails with `permission_denied`.
    case fail
    case ignore
}

/// What Claude Code is told on its command line; an absent value leaves it to the program.
package struct AgentOptions: Hashable, Sendable, Codable {
    /// How tool calls are allowed that no rule names; the words are Claude Code's.
    package enum PermissionMode: String, CaseIterable, Codable, Sendable {
        case `default`
        case acceptEdits
        case bypassPermissions
        case dontAsk
        case plan
    }

    package var model: String?
    /// Takes over while the first is overloaded.
    package var fallbackModel: String?
    /// For one step.
    package var maxTurns: Int?
    /// In US dollars, for all steps of a run together.
    package var maxBudgetUSD: Double?
    /// The only tools there are; the program's own choice when nil.
    package var tools: [String]?
    /// Rules for tool calls that are allowed without asking, such as `Bash(git *)`.
    package var allowedTools: [String]?
    package var disallowedTools: [String]?
    package var permissionMode: PermissionMode?
    package var appendSystemPrompt: String?
    /// The text of an `.mcp.json`.
    package var mcpConfig: String?
    /// Whether the hooks and MCP servers that the repository names are started; no when nil.
    package var trustRepositorySettings: Bool?

    package init() {}

    /// These options where they are set, else those of `defaults`.
    package func over(_ defaults: AgentOptions) -> AgentOptions {
        var options = self
        options.model = model ?? defaults.model
        options.fallbackModel = fallbackModel ?? defaults.fallbackModel
        options.maxTurns = maxTurns ?? defaults.maxTurns
        options.maxBudgetUSD = maxBudgetUSD ?? defaults.maxBudgetUSD
        options.tools = tools ?? defaults.tools
        options.allowedTools = allowedTools ?? defaults.allowedTools
        options.disallowedTools = disallowedTools ?? defaults.disallowedTools
        options.permissionMode = permissionMode ?? defaults.permissionMode
        options.appendSystemPrompt = appendSystemPrompt ?? defaults.appendSystemPrompt
        options.mcpConfig = mcpConfig ?? defaults.mcpConfig
        options.trustRepositorySettings = trustRepositorySettings ?? defaults.trustRepositorySettings
        return options
    }
}
