import ExecutorAPI
import Testing

@testable import ExecutorServer

struct ClaudeArgumentsTests {
    private static func arguments(
        _ version: ClaudeVersion? = ClaudeVersion(2, 1, 330),
        session: String? = "s",
        resume: Bool = false,
        mcpConfigPath: String? = nil,
        _ set: (inout ClaudeOptions) -> Void = { _ in }
    ) -> [String] {
        var options = ClaudeOptions()
        set(&options)
        return ClaudeArguments(
            options: options,
            session: session,
            resume: resume,
            environment: ["PATH": "/usr/bin", "NODE_OPTIONS": "--max-old-space-size=4096"],
            mcpConfigPath: mcpConfigPath,
            version: version
        ).list
    }

    @Test func theFirstStepBeginsASessionAndLaterStepsResumeIt() {
        #expect(Self.arguments().contains("--session-id=s"))
        #expect(Self.arguments(resume: true).contains("--resume=s"))
        #expect(!Self.arguments(resume: true).contains { $0.hasPrefix("--session-id") })
        #expect(!Self.arguments(resume: true).contains { $0.hasPrefix("--continue") })
    }

    @Test func everyOptionOfATaskHasItsFlag() {
        let arguments = Self.arguments(mcpConfigPath: "/m") { options in
            options.model = "m"
            options.fallbackModel = "f"
            options.maxTurns = 3
            options.maxBudgetUSD = 0.1
            options.tools = ["Bash", "Read"]
            options.allowedTools = ["Bash(git *)", "Edit"]
            options.disallowedTools = ["WebFetch"]
            options.permissionMode = "acceptEdits"
            options.appendSystemPrompt = "-- be\nbrief"
        }
        let wanted = [
            "--model=m", "--fallback-model=f", "--max-turns=3", "--max-budget-usd=0.100000", "--tools=Bash,Read",
            "--allowedTools=Bash(git *),Edit", "--disallowedTools=WebFetch", "--permission-mode=acceptEdits",
            "--permission-prompts=none", "--mcp-config=/m", "--append-system-prompt=-- be\nbrief",
            "--include-partial-messages",
        ]
        for flag in wanted { #expect(arguments.contains(flag), "\(flag)") }
        #expect(arguments.allSatisfy { $0.hasPrefix("--") })
    }

    @Test func aRepositorysOwnSettingsStartNothingUnlessTheyAreTrusted() {
        let untrusted = Self.arguments()
        #expect(untrusted.contains("--strict-mcp-config"))
        #expect(untrusted.contains { $0.hasPrefix("--settings=") && $0.contains(#""disableAllHooks":true"#) })
        let trusted = Self.arguments { $0.trustsRepositorySettings = true }
        #expect(!trusted.contains("--strict-mcp-config"))
        #expect(!trusted.contains { $0.contains("disableAllHooks") })
    }

    @Test func whatARepositorysSettingsMayNotSetKeepsTheAgentsOwnValue() {
        let untrusted = Self.arguments().first { $0.hasPrefix("--settings=") } ?? ""
        for wanted in [#""PATH":"/usr/bin""#, #""NODE_OPTIONS":"--max-old-space-size=4096""#, #""BASH_ENV":"""#] {
            #expect(untrusted.contains(wanted), "\(untrusted)")
        }
        let trusted = Self.arguments { $0.trustsRepositorySettings = true }.first { $0.hasPrefix("--settings=") } ?? ""
        #expect(!trusted.contains("BASH_ENV"))
    }

    @Test(arguments: [nil, "http://127.0.0.1:1"])
    func theAPIsAddressIsAlwaysSaid(_ url: String?) {
        let wanted = #""ANTHROPIC_BASE_URL":"\#(url ?? "https://api.anthropic.com")""#
        for trusts in [false, true] {
            let arguments = Self.arguments {
                $0.baseURL = url
                $0.trustsRepositorySettings = trusts
            }
            #expect(arguments.contains { $0.hasPrefix("--settings=") && $0.contains(wanted) })
        }
    }

    @Test func aFlagThatTheVersionLacksIsLeftOut() {
        let old = Self.arguments(ClaudeVersion(2, 0, 27)) { $0.maxBudgetUSD = 1 }
        #expect(!old.contains { $0.hasPrefix("--max-budget-usd") })
        #expect(!old.contains { $0.hasPrefix("--permission-prompts") })
        let young = Self.arguments(ClaudeVersion(2, 0, 28)) { $0.maxBudgetUSD = 1 }
        #expect(young.contains("--max-budget-usd=1.000000"))
        #expect(Self.arguments(nil).contains("--permission-prompts=none"))
    }

    @Test func aVersionThatCannotKeepARepositorysSettingsOutIsRefused() {
        func refusal(_ version: ClaudeVersion, trusts: Bool?) -> String? {
            var options = ClaudeOptions()
            options.trustsRepositorySettings = trusts
            let invocation = AgentInvocation(
                driver: .claude,
                command: ["claude"],
                environment: [:],
                sessionID: nil,
                resume: false,
                claude: options
            )
            let places = Places(run: "/r", workspace: "/w", home: "/h")
            return AgentLaunch(
                places: places,
                invocation: invocation,
                prompt: "",
                limits: Limits(nil),
                marker: ""
            ).refusal(of: version)
        }
        #expect(refusal(ClaudeVersion(1, 0, 69), trusts: nil)?.contains("1.0.69") == true)
        #expect(refusal(ClaudeVersion(1, 0, 69), trusts: true) == nil)
        #expect(refusal(ClaudeVersion(1, 0, 70), trusts: nil) == nil)
    }

    @Test(arguments: [(0.000001, "0.000001"), (12.5, "12.500000"), (1e-9, "0.000000"), (999_999.99, "999999.990000")])
    func aBudgetIsADecimalNumber(_ budget: Double, _ text: String) {
        #expect(Self.arguments { $0.maxBudgetUSD = budget }.contains("--max-budget-usd=\(text)"))
    }
}

struct ClaudeVersionTests {
    @Test func aVersionIsReadFromWhatTheProgramPrints() {
        #expect(ClaudeVersion(parsing: "2.1.330 (Claude Code)\n") == ClaudeVersion(2, 1, 330))
        #expect(ClaudeVersion(parsing: "1.0.9") == ClaudeVersion(1, 0, 9))
    }

    @Test(arguments: ["", "claude", "2.1", "2.1.x (Claude Code)", "2.1.-3", "2.1.3.4"])
    func anythingElseIsNoVersion(_ text: String) {
        #expect(ClaudeVersion(parsing: text) == nil)
    }

    @Test func versionsAreOrderedByTheirNumbers() {
        #expect(ClaudeVersion(2, 0, 99) < ClaudeVersion(2, 1, 0))
        #expect(ClaudeVersion(2, 1, 9) < ClaudeVersion(2, 1, 10))
        #expect(ClaudeVersion(10, 0, 0) > ClaudeVersion(9, 9, 9))
    }
}

struct ClaudeEnvironmentTests {
    private static func variables(
        _ asked: [String: String] = [:],
        idle: Duration = .seconds(900),
        key: Int? = nil
    ) -> [String: String] {
        ClaudeEnvironment.variables(asked, options: ClaudeOptions(), home: "/h", idle: idle, keyDescriptor: key)
    }

    @Test func theIdleLimitIsAboveEveryBashTimeout() {
        #expect(Self.variables()["BASH_MAX_TIMEOUT_MS"] == "600000")
        #expect(Self.variables(idle: .seconds(10))["BASH_MAX_TIMEOUT_MS"] == "8000")
        #expect(Self.variables(idle: .seconds(10))["BASH_DEFAULT_TIMEOUT_MS"] == "8000")
        #expect(Self.variables(["BASH_MAX_TIMEOUT_MS": "99999999"])["BASH_MAX_TIMEOUT_MS"] == "720000")
        #expect(Self.variables(["BASH_DEFAULT_TIMEOUT_MS": "5000"])["BASH_DEFAULT_TIMEOUT_MS"] == "5000")
        #expect(Self.variables(["BASH_DEFAULT_TIMEOUT_MS": "never"])["BASH_DEFAULT_TIMEOUT_MS"] == "120000")
    }

    @Test func aTasksVariablesWinWhereTheyAreItsToSet() {
        #expect(Self.variables(["CLAUDE_CODE_ENABLE_TODO_TOOLS": "0"])["CLAUDE_CODE_ENABLE_TODO_TOOLS"] == "0")
        #expect(Self.variables(["ANTHROPIC_BASE_URL": "http://evil"])["ANTHROPIC_BASE_URL"]?.contains("evil") == false)
    }

    @Test func theKeyIsOnlyNamedByItsDescriptor() {
        #expect(Self.variables(key: 4)["CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR"] == "4")
        #expect(Self.variables()["CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR"] == nil)
        #expect(Self.variables(key: 4)["ANTHROPIC_API_KEY"] == nil)
    }
}
