import ExecutorAPI

/// The command line that drives Claude Code, made for the version that is installed.
///
/// A flag that the version lacks is left out, since an unknown one would end the program at once.
struct ClaudeArguments {
    let options: ClaudeOptions
    let session: String?
    let resume: Bool
    /// The agent's environment, as it is without the repository.
    let environment: [String: String]
    /// Where the MCP configuration can be read, if there is one.
    let mcpConfigPath: String?
    /// Nil when it could not be found out; all flags are then used.
    let version: ClaudeVersion?

    /// The Messages API's own address.
    static let standardBaseURL = "https://api.anthropic.com"

    /// The first version that has all flags which keep a repository's own settings out.
    static let firstIsolatingVersion = max(Flag.settings.since, Flag.strictMCPConfig.since)

    var list: [String] {
        var list = ["--print", "--output-format=stream-json", "--verbose"]
        func add(_ flag: Flag, _ value: String? = nil) {
            guard version.map({ $0 >= flag.since }) ?? true else { return }
            list.append(value.map { "\(flag.name)=\($0)" } ?? flag.name)
        }
        add(.includePartialMessages)
        if let session { add(resume ? .resume : .sessionID, session) }
        if let model = options.model { add(.model, model) }
        if let model = options.fallbackModel { add(.fallbackModel, model) }
        if let turns = options.maxTurns { add(.maxTurns, "\(turns)") }
        if let budget = options.maxBudgetUSD { add(.maxBudget, Self.decimal(budget)) }
        if let mode = options.permissionMode { add(.permissionMode, mode) }
        add(.permissionPrompts, "none")
        if let tools = options.tools { add(.tools, tools.joined(separator: ",")) }
        if let rules = options.allowedTools, !rules.isEmpty { add(.allowedTools, rules.joined(separator: ",")) }
        if let rules = options.disallowedTools, !rules.isEmpty { add(.disallowedTools, rules.joined(separator: ",")) }
        if options.trustsRepositorySettings != true { add(.strictMCPConfig) }
        if let mcpConfigPath { add(.mcpConfig, mcpConfigPath) }
        add(.settings, settings)
        if let text = options.appendSystemPrompt { add(.appendSystemPrompt, text) }
        if options.trustsRepositorySettings != true { add(.disableSlashCommands) }
        return list
    }

    /// Settings from the command line win over those that a repository brings.
    private var settings: String {
        var environment = ["ANTHROPIC_BASE_URL": options.baseURL ?? Self.standardBaseURL]
        if options.trustsRepositorySettings != true {
            for name in Self.pinned { environment[name] = self.environment[name] ?? "" }
        }
        let settings = ClaudeSettings(
            disableAllHooks: options.trustsRepositorySettings == true ? nil : true,
            env: environment
        )
        // Two strings and a boolean always encode.
        return (try? JSON.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Variables by which a repository's settings could have programs of its own run, or change requests.
    ///
    /// Found by experiment with Claude Code 2.1.330. Where the agent has one it keeps its value.
    private static let pinned = [
        "PATH", "BASH_ENV", "ENV", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD", "NODE_OPTIONS", "BUN_OPTIONS",
        "CLAUDE_CODE_API_BASE_URL", "CLAUDE_CODE_ENABLE_PROXY_AUTH_HELPER", "CLAUDE_CODE_EXTRA_BODY",
        "CLAUDE_CODE_GB_BASE_URL", "CLAUDE_CODE_SHELL", "CLAUDE_CODE_SHELL_PREFIX",
    ]

    /// A number without exponent, which the command line's reader might not take.
    private static func decimal(_ number: Double) -> String {
        let millionths = Int((max(0, min(number, 1e9)) * 1e6).rounded())
        let rest = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000).\(String(repeating: "0", count: 6 - rest.utf8.count))\(rest)"
    }
}

/// What `--settings` is given.
private struct ClaudeSettings: Encodable {
    let disableAllHooks: Bool?
    let env: [String: String]
}

/// A flag and the version that brought it, from Claude Code's changelog.
private struct Flag {
    let name: String
    let since: ClaudeVersion

    private init(_ name: String, _ major: Int, _ minor: Int, _ patch: Int) {
        self.name = name
        since = ClaudeVersion(major, minor, patch)
    }

    // Versions with a comment are the first in which the flag was seen, since its arrival was not announced.
    static let includePartialMessages = Flag("--include-partial-messages", 1, 0, 109)
    static let sessionID = Flag("--session-id", 1, 0, 50)  // 2.0.73
    static let resume = Flag("--resume", 0, 2, 93)
    static let model = Flag("--model", 0, 2, 65)
    static let fallbackModel = Flag("--fallback-model", 1, 0, 50)  // 2.1.143
    static let maxTurns = Flag("--max-turns", 0, 2, 0)  // 2.1.205
    static let maxBudget = Flag("--max-budget-usd", 2, 0, 28)
    static let permissionMode = Flag("--permission-mode", 1, 0, 30)  // 2.1.132
    static let permissionPrompts = Flag("--permission-prompts", 2, 1, 259)
    static let tools = Flag("--tools", 2, 0, 31)  // 2.1.0
    static let allowedTools = Flag("--allowedTools", 0, 2, 0)
    static let disallowedTools = Flag("--disallowedTools", 0, 2, 82)
    static let strictMCPConfig = Flag("--strict-mcp-config", 1, 0, 70)  // 2.1.143
    static let mcpConfig = Flag("--mcp-config", 0, 2, 75)
    static let settings = Flag("--settings", 1, 0, 61)
    static let appendSystemPrompt = Flag("--append-system-prompt", 1, 0, 51)
    static let disableSlashCommands = Flag("--disable-slash-commands", 2, 0, 60)
}
