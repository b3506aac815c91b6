import AgentStream
import Foundation
import TestSupport
import Testing

/// The client commands against a real service.
@Suite(.timeLimit(.minutes(3)))
struct CommandLineTests {
    @Test(arguments: [("lines 2", 0), ("exit 3", 1), ("never", 3)])
    func followingARunExitsWithItsOutcome(_ prompt: String, _ code: Int32) async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            #expect(
                try await Self.caretaker(service, "task", "create", "One", "--step", prompt, "--idle", "1").code == 0
            )
            let run = try await Self.caretaker(
                service,
                "run",
                "start",
                "one",
                "--repository",
                repository.path,
                "--follow"
            )
            #expect(run.code == code, "\(run.output) \(run.error)")
        }
    }

    @Test func followingARunThatIsCancelledExitsWith2() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await Self.caretaker(service, "task", "create", "One", "--step", "gate \(service.folder)/never 1")
            let follower = try ChildProcess(
                Binaries.path("caretaker"),
                ["run", "start", "one", "--repository", repository.path, "--follow", "--socket", service.socket],
                environment: [:]
            )
            let run = try await Self.firstRun(service)
            #expect(try await Self.caretaker(service, "run", "cancel", run).code == 0)
            #expect(await follower.exit() == 2)
        }
    }

    @Test(arguments: [["run", "start", "one"], ["task", "create", "One"], ["run", "list", "--limit", "many"]])
    func wrongUsageExitsWith64(_ arguments: [String]) async throws {
        let result = try await EndedCommand.caretaker(arguments)
        #expect(result.code == 64)
        #expect(result.error.contains("Error:"))
    }

    @Test func badInputExitsWith64AndNamesTheField() async throws {
        try await ServiceUnderTest.with { service in
            _ = try await Self.caretaker(service, "task", "create", "One", "--step", "lines 1")
            let result = try await Self.caretaker(service, "run", "start", "one", "--repository", "ext::x")
            #expect(result.code == 64)
            #expect(result.error.contains("repository"))
        }
    }

    @Test(
        arguments: [
            "server: { listen: '0.0.0.0:4000' }", "server: { listen: nowhere }", "server: { lissten: 'x' }",
            "state_dir: /tmp/\(String(repeating: "x", count: 80))", "executors: { program: /nonexistent }",
            "executors: { program: /tmp }",
            "server: { token_file: /nonexistent }", "nonsense",
        ]
    )
    func aConfigurationThatCannotBeUsedIsRefusedByCheckAndServeAlike(_ lines: String) async throws {
        let file = "/tmp/ct-configuration-\(UInt32.random(in: .min ... .max)).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Data("agent: { command: [/bin/true] }\n\(lines)\n".utf8).write(to: URL(fileURLWithPath: file))
        let check = try await EndedCommand.caretaker(["config", "check", "--config", file])
        let serve = try await EndedCommand.caretaker(["serve", "--config", file])
        #expect(check.code == 78)
        #expect(serve.code == 78)
        #expect(!check.error.isEmpty)
        #expect(serve.error.hasSuffix(check.error))
    }

    @Test func withoutAServiceTheCommandSaysWhereItLooked() async throws {
        let result = try await EndedCommand.caretaker(["task", "list", "--socket", "/nonexistent/caretaker.sock"])
        #expect(result.code == 69)
        #expect(result.error.contains("/nonexistent/caretaker.sock"))
    }

    @Test func everyCommandAnswersJSONOnRequest() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let json = ["--format", "json"]
            let task = try await Self.json(service, ["task", "create", "One", "--step", "commit"] + json)
            #expect(task["slug"] == "one")
            let started = try await Self.json(service, ["run", "start", "one", "--repository", repository.path] + json)
            let run = try #require(started["id"]?.string)
            #expect(try await service.end(of: run).state == "succeeded")
            #expect(try await Self.json(service, ["task", "list"] + json).array?.count == 1)
            #expect(try await Self.json(service, ["task", "show", "one"] + json)["id"] == task["id"])
            #expect(try await Self.json(service, ["run", "list"] + json)[0]?["id"]?.string == run)
            #expect(try await Self.json(service, ["run", "show", run] + json)["state"] == "succeeded")
            #expect(try await Self.json(service, ["run", "cancel", run] + json)["state"] == "succeeded")
            let result = try await Self.json(service, ["run", "result", run] + json)
            #expect(result["commits"]?.array?.count == 1)
            let logs = try await Self.caretaker(service, ["run", "logs", run] + json)
            let lines = logs.output.split(separator: "\n").map { try? JSONValue(parsing: String($0)) }
            #expect(lines.count > 3)
            #expect(!lines.contains(nil))
        }
    }

    @Test func theAgentsCommitsAreWrittenToABundle() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["commit"], repository: repository.path)
            _ = try await service.end(of: run)
            let bundle = "\(service.folder)/out.bundle"
            #expect(try await Self.caretaker(service, "run", "result", run, "--bundle", bundle).code == 0)
            try await repository.git("bundle", "verify", "-q", bundle)
        }
    }

    @Test func logsFollowARunToItsEnd() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3"], repository: repository.path)
            let logs = try await Self.caretaker(service, "run", "logs", run, "--follow")
            #expect(logs.code == 0)
            #expect(logs.output.contains("Executing prompt..."))
            #expect(logs.output.contains("succeeded"))
        }
    }

    @Test func everySettingOfATaskHasAFlag() async throws {
        try await Self.withBothAgents { service in
            let servers = "\(service.folder)/servers.json"
            try Data(#"{"mcpServers":{"one":{"command":"c"}}}"#.utf8).write(to: URL(fileURLWithPath: servers))
            let task = try await Self.json(
                service,
                ["task", "create", "All", "--step", "One.", "--step", "Two."]
                    + ["--environment", "A=1=2", "--environment", "B=", "--push-branch", "agent/work"]
                    + ["--max-concurrent", "3", "--priority=-5", "--checks", "", "--checks", "See."]
                    + ["--image", "agents:2", "--memory", "1g", "--cpus", "0.5", "--pids", "64", "--network", "none"]
                    + ["--no-read-only"]
                    + ["--startup", "0.5", "--idle", "60", "--total", "3600", "--deadline", "7200"]
                    + ["--driver", "claude", "--model", "m", "--fallback-model", "f", "--max-turns", "7"]
                    + ["--max-budget", "1.25", "--tool", "Bash", "--tool", "Read", "--allow-tool", "Bash(git *)"]
                    + ["--disallow-tool", "WebFetch", "--permission-mode", "dontAsk"]
                    + ["--on-permission-denied", "ignore", "--append-system-prompt", "Be kind."]
                    + ["--mcp-config", servers, "--trust-repository-settings", "--format", "json"]
            )
            #expect(task["settings"] == Self.settingsOfAllFlags)
            #expect(
                task["steps"] == [
                    ["instructions": "One.", "checks": ""], ["instructions": "Two.", "checks": "See."],
                ]
            )
        }
    }

    private static let settingsOfAllFlags: JSONValue = [
        "agent": [
            "driver": "claude", "model": "m", "fallbackModel": "f", "maxTurns": 7, "maxBudgetUSD": 1.25,
            "tools": ["Bash", "Read"], "allowedTools": ["Bash(git *)"], "disallowedTools": ["WebFetch"],
            "permissionMode": "dontAsk", "onPermissionDenied": "ignore", "appendSystemPrompt": "Be kind.",
            "mcpConfig": ["mcpServers": ["one": ["command": "c"]]], "trustRepositorySettings": true,
        ],
        "container": [
            "image": "agents:2", "memory": 1_073_741_824, "cpus": 0.5, "pids": 64, "network": "none",
            "readOnly": false,
        ],
        "environment": ["A": "1=2", "B": ""],
        "limits": ["startup": 0.5, "idle": 60, "total": 3600, "deadline": 7200],
        "push": ["branch": "agent/work"], "maxConcurrent": 3, "priority": -5,
    ]

    @Test(
        arguments: [
            (nil, 66, "cannot be read"), ("{", 65, "is no JSON"), ("{}", 64, "settings.agent.mcpConfig"),
            ("[]", 64, "settings.agent.mcpConfig"), (#"{"mcpServers":1}"#, 64, "settings.agent.mcpConfig"),
        ] as [(String?, Int32, String)]
    )
    func anMCPFileThatCannotBeUsedIsRefused(_ text: String?, _ code: Int32, _ words: String) async throws {
        try await Self.withBothAgents { service in
            let file = "\(service.folder)/servers.json"
            if let text { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }
            let made = try await Self.caretaker(
                service,
                "task",
                "create",
                "One",
                "--step",
                "One.",
                "--mcp-config",
                file
            )
            #expect(made.code == code, "\(made.error)")
            #expect(made.error.contains(words), "\(made.error)")
            #expect(try await service.query("tasks.list") == [])
        }
    }

    @Test(
        arguments: [
            "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "ANTHROPIC_UNIX_SOCKET", "HTTP_PROXY",
            "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED",
            "SSL_CERT_FILE", "BUN_OPTIONS", "LD_PRELOAD", "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST",
        ]
    )
    func whatTheKeyDependsOnIsNotATasksToSet(_ name: String) async throws {
        try await Self.withBothAgents { service in
            let task = ["task", "create", "One", "--step", "One.", "--environment", "\(name)=x"]
            let refused = try await Self.caretaker(service, task + ["--driver", "claude"])
            #expect(refused.code == 64)
            #expect(refused.error.contains("settings.environment"), "\(refused.error)")
            #expect(refused.error.contains(name), "\(refused.error)")
            #expect(try await Self.caretaker(service, task + ["--driver", "command"]).code == 0)
        }
    }

    @Test func aDriverThatIsNotConfiguredIsRefused() async throws {
        try await ServiceUnderTest.with { service in
            let made = try await Self.caretaker(
                service,
                "task",
                "create",
                "One",
                "--step",
                "One.",
                "--driver",
                "claude"
            )
            #expect(made.code == 64)
            #expect(made.error.contains("settings.agent.driver"), "\(made.error)")
            #expect(made.error.contains("agent.program"), "\(made.error)")
        }
    }

    /// A service that has an agent for each driver; none is ever started.
    private static func withBothAgents(_ body: (ServiceUnderTest) async throws -> Void) async throws {
        let service = try ServiceUnderTest { _ in "agent: { program: /bin/true, command: [/bin/true] }" }
        try await service.run(body)
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: String...) async throws -> EndedCommand {
        try await caretaker(service, arguments)
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments + ["--socket", service.socket])
    }

    private static func json(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> JSONValue {
        let ended = try await caretaker(service, arguments)
        #expect(ended.code == 0, "\(ended.error)")
        return try JSONValue(parsing: ended.output)
    }

    /// The id of the first run there is, as soon as its agent has said something.
    private static func firstRun(_ service: ServiceUnderTest) async throws -> String {
        while true {
            guard let run = try await service.query("runs.list")[0]?["id"]?.string else {
                await Task.yield()
                continue
            }
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { return run }
        }
    }
}
