import ExecutorAPI

/// The environment that keeps Claude Code to the task at hand and to what the service knows of.
enum ClaudeEnvironment {
    /// No Bash command may be silent for longer than this share of the idle limit, which would else end the agent.
    private static let bashShareOfIdle = 0.8

    /// Makes the variables that are added to those which the task gives.
    ///
    /// - Parameters:
    ///   - asked: The variables of the configuration and the task, which win where it is theirs to say.
    ///   - options: What the agent is told.
    ///   - home: The agent's home.
    ///   - idle: The execution's idle limit.
    ///   - keyDescriptor: Where the agent reads the API key; nil when there is none.
    /// - Returns: All variables that the agent has beside those of every program.
    static func variables(
        _ asked: [String: String],
        options: ClaudeOptions,
        home: String,
        idle: Duration,
        keyDescriptor: Int?
    ) -> [String: String] {
        var variables = standard.merging(asked) { $1 }.merging(fixed) { $1 }
        // The key comes by its descriptor; a second one would win over it and be seen by all that the agent starts.
        for name in ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"] { variables[name] = nil }
        variables["CLAUDE_CONFIG_DIR"] = asked["CLAUDE_CONFIG_DIR"] ?? "\(home)/.claude"
        // Else it leaves files in /tmp for ever.
        variables["CLAUDE_CODE_TMPDIR"] = asked["CLAUDE_CODE_TMPDIR"] ?? "\(home)/.claude-tmp"
        variables["ANTHROPIC_BASE_URL"] = options.baseURL ?? ClaudeArguments.standardBaseURL
        let longest = max(1, Int((idle / .milliseconds(1)) * bashShareOfIdle))
        variables["BASH_MAX_TIMEOUT_MS"] = clamped(asked["BASH_MAX_TIMEOUT_MS"], standard: 600_000, to: longest)
        variables["BASH_DEFAULT_TIMEOUT_MS"] = clamped(asked["BASH_DEFAULT_TIMEOUT_MS"], standard: 120_000, to: longest)
        if let keyDescriptor { variables["CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR"] = "\(keyDescriptor)" }
        return variables
    }

    private static let standard = [
        "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
        // Without it a background shell keeps the process alive after its result, and a turn may have several results.
        "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
        "CLAUDE_CODE_DISABLE_CRON": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_DISABLE_WORKFLOWS": "1",
        "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
        // A start that fails is then told by a result and not on standard error alone.
        "CLAUDE_CODE_STARTUP_FAILURE_RESULTS": "1",
        "DISABLE_AUTOUPDATER": "1",
    ]

    /// What no task may undo.
    private static let fixed = [
        // The repository's settings can then neither send the key to an address of their own nor name a key helper.
        "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST": "1"
    ]

    private static func clamped(_ asked: String?, standard: Int, to longest: Int) -> String {
        "\(min(asked.flatMap { Int($0) } ?? standard, longest))"
    }
}
