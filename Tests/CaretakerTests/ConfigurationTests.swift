import Foundation
import Logging
import Model
import Notify
import Testing

@testable import Caretaker

/// The configuration from flags, environment, file and defaults.
struct ConfigurationTests {
    @Test func aFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() async throws {
        let file = try Scratch.file("server: { listen: '1.1.1.1:1' }\nlog: { level: debug }\ngit: { username: File }\n")
        let reader = ConfigurationReader(
            flags: ["server.listen": "3.3.3.3:3"],
            environment: [
                "CARETAKER_SERVER_LISTEN": "2.2.2.2:2", "CARETAKER_LOG_LEVEL": "error",
                "CARETAKER_AGENT_COMMAND": "/bin/agent,--flag",
            ],
            file: file
        )
        let configuration = try await ServiceConfiguration(reader)
        #expect(configuration.listen == "3.3.3.3:3")
        #expect(configuration.logLevel == .error)
        #expect(configuration.gitUsername == "File")
        #expect(configuration.caps.global == 4)
        #expect(configuration.agent.driver == .command)
        #expect(configuration.agent.commands[.command] == ["/bin/agent", "--flag"])
        #expect(configuration.limits.idle == .seconds(900))
    }

    @Test func anUnknownKeyNamesItsLineAndTheNearestKnownOne() async throws {
        let file = try Scratch.file("agent:\n  command: [/bin/true]\nserver:\n  lissten: '127.0.0.1:1'\n")
        let problems = await Self.problems(file: file)
        #expect(problems == ["\(file):4: unknown key server.lissten; did you mean server.listen?"])
    }

    @Test(
        arguments: [
            ("executors: { max_concurrent: many }", "executors.max_concurrent must be a whole number"),
            ("executors: { max_concurrent: 0 }", "executors.max_concurrent must be a whole number"),
            ("limits: { idle: soon }", "limits.idle must be a duration"),
            ("limits: { idle: -5s }", "limits.idle must be a duration"),
            ("runtime: chroot", "runtime must be one of docker, process"),
            ("agent: { command: /bin/true }", "agent.command must be a list"),
            ("state_dir: [a]", "state_dir must be a text"),
            ("git: 5", "keys are expected here"), ("git: [a]", "keys are expected here"),
            ("- a", "keys are expected here"),
            ("a: [", "this is no YAML"),
        ]
    )
    func aValueThatCannotBeUsedIsNamed(_ text: String, _ complaint: String) async throws {
        let file = try Scratch.file(text)
        let problems = await Self.problems(file: file)
        #expect(problems.contains { $0.hasPrefix(file) && $0.contains(complaint) }, "\(problems)")
    }

    @Test func whatTheMakefileExportsIsNoUnknownVariable() async throws {
        let root = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let makefile = try String(contentsOf: root.appendingPathComponent("Makefile"), encoding: .utf8)
        let names = makefile.matches(of: /(?m)^export (CARETAKER_\w+)/).map { String($0.output.1) }
        #expect(!names.isEmpty)
        for name in names {
            #expect(await Self.problems(environment: [name: "x", "CARETAKER_AGENT_COMMAND": "/bin/true"]) == [])
        }
    }

    @Test func anUnknownVariableIsNotPassedOver() async {
        let problems = await Self.problems(environment: ["CARETAKER_SERVER_LISTN": "1"])
        #expect(problems == ["CARETAKER_SERVER_LISTN: unknown variable; did you mean CARETAKER_SERVER_LISTEN?"])
    }

    @Test func aFileThatIsNotThereIsAProblem() async {
        #expect(await Self.problems(file: "/nonexistent.yaml").first?.contains("cannot be read") == true)
    }

    @Test func anEmptyFileIsAFile() async throws {
        let file = try Scratch.file("# nothing\n")
        let environment = ["CARETAKER_AGENT_COMMAND": "/bin/true"]
        let reader = ConfigurationReader(flags: [:], environment: environment, file: file)
        #expect(try await ServiceConfiguration(reader).listen == "127.0.0.1:4000")
    }

    @Test func noticesNeedAnAddress() async throws {
        let environment = ["CARETAKER_AGENT_COMMAND": "/bin/true"]
        let quiet = ConfigurationReader(flags: [:], environment: environment, file: nil)
        #expect(try await ServiceConfiguration(quiet).notify == nil)
        let secret = try Scratch.file("whsec_MDEyMzQ1Njc4OQ==\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secret)
        let file = try Scratch.file(
            "notify: { webhook: 'https://example.org/a', secret_file: \(secret), events: [overdue, failure] }\n"
        )
        let loud = ConfigurationReader(flags: [:], environment: environment, file: file)
        let notify = try #require(try await ServiceConfiguration(loud).notify)
        #expect(notify.webhook.host == "example.org")
        #expect(notify.webhook.secret != nil)
        #expect(notify.events == [.failure, .overdue])
        let all = ConfigurationReader(
            flags: [:],
            environment: environment.merging(["CARETAKER_NOTIFY_WEBHOOK": "http://h/"]) { $1 },
            file: nil
        )
        #expect(try await ServiceConfiguration(all).notify?.events == Set(Notice.Event.allCases))
    }

    @Test(
        arguments: [
            ("webhook: 'hooks.example.org/T0/secret'", "notify.webhook: the value is no http or https URL"),
            (
                "webhook: 'http://h/', events: [failures]",
                "notify.events: failures is none of failure, recovery, overdue"
            ),
            ("webhook: 'http://h/', events: [recovery]", "notify.events: recovery is told of what was told"),
            ("webhook: 'http://h/', secret_file: /nonexistent", "notify.secret_file: /nonexistent cannot be read"),
        ]
    )
    func noticesThatCannotBeSentAreNamed(_ keys: String, _ complaint: String) async throws {
        let file = try Scratch.file("agent: { command: [/bin/true] }\nnotify: { \(keys) }\n")
        let problems = await Self.problems(file: file)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix(complaint) == true, "\(problems)")
        #expect(!problems.joined().contains("T0"))
    }

    @Test(arguments: [
        ("hush-hush", 0o644, "can be read by every user"), (" \n", 0o600, "is empty"),
        ("whsec_??", 0o600, "must hold whsec_ and base 64"),
    ])
    func aSecretThatIsNoneIsRefused(_ text: String, _ mode: Int, _ complaint: String) async throws {
        let secret = try Scratch.file(text)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret)
        let file = try Scratch.file(
            "agent: { command: [/bin/true] }\nnotify: { webhook: 'http://h/', secret_file: \(secret) }\n"
        )
        let problems = await Self.problems(file: file)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(complaint) == true, "\(problems)")
        #expect(!problems.joined().contains("hush"))
    }

    @Test func theExampleFileIsAConfigurationAndNamesEveryKey() async throws {
        let file = try Scratch.file(ExampleFile.text())
        let environment = ["CARETAKER_AGENT_COMMAND": "/bin/true"]
        let reader = ConfigurationReader(flags: [:], environment: environment, file: file)
        #expect(try await ServiceConfiguration(reader).caps.global == 4)
        for key in ConfigurationKey.all {
            #expect(ExampleFile.text().contains(key.variable))
        }
    }

    @Test func theExampleFileSetsWhatIsAskedForAndNothingElse() async throws {
        let file = try Scratch.file(ExampleFile.text(setting: ["runtime": "docker", "executors.memory": "1g"]))
        let reader = ConfigurationReader(flags: [:], environment: ["CARETAKER_AGENT_COMMAND": "/bin/true"], file: file)
        let values = try await ServiceConfiguration(reader)
        #expect(values.runtime == .docker)
        #expect(values.containers?.memory == 1 << 30)
        #expect(values.caps.global == 4)
    }

    @Test func theExampleFileStaysTrueWhenItsDefaultsAreUncommented() async throws {
        let lines = ExampleFile.text().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let body = line.drop { $0 == " " }
            let isSetting = body.hasPrefix("# ") && body.dropFirst(2).prefix { $0 != " " }.hasSuffix(":")
            guard isSetting, !body.hasPrefix("# Environment:"), !body.hasPrefix("# process:"), !line.hasSuffix("…")
            else {
                return String(line)
            }
            return String(line.prefix { $0 == " " }) + body.dropFirst(2)
        }
        let file = try Scratch.file(lines.joined(separator: "\n"))
        let environment = ["CARETAKER_AGENT_PROGRAM": "/bin/true"]
        let reader = ConfigurationReader(flags: [:], environment: environment, file: file)
        #expect(try await ServiceConfiguration(reader).deadline == .seconds(6 * 3600))
    }

    @Test(arguments: [("90s", 90.0), ("15m", 900), ("2h", 7200), ("1d", 86_400), ("1.5", 1.5)])
    func durationsAreReadWithTheirUnits(_ text: String, _ seconds: Double) {
        #expect(Duration(configured: text) == .seconds(seconds))
    }

    @Test(arguments: ["", "s", "-1s", "0", "1w", "nan", "inf", "1e300d", "1 s"])
    func whatIsNoDurationIsNone(_ text: String) {
        #expect(Duration(configured: text) == nil)
    }

    @Test func retentionIsAnAgeOrNever() async throws {
        let command = ["CARETAKER_AGENT_COMMAND": "/bin/true"]
        let usual = try await ServiceConfiguration(
            ConfigurationReader(flags: [:], environment: command, file: nil)
        ).retention
        let day = Duration.seconds(86_400)
        #expect(
            usual
                == RetentionPolicy(
                    runs: day * 90,
                    runsPerTask: 1000,
                    messages: day * 30,
                    results: day * 90,
                    slots: day * 400,
                    audit: day * 400,
                    mirrors: day * 30
                )
        )
        let file = try Scratch.file("retention: { runs_age: never, runs_per_task: never, slots_age: 3650d }\n")
        let own = try await ServiceConfiguration(
            ConfigurationReader(flags: [:], environment: command, file: file)
        ).retention
        #expect(own.runs == nil && own.runsPerTask == nil && own.slots == day * 3650)
        for wrong in ["runs_age: 0", "runs_age: 4000d", "runs_per_task: 0", "mirrors_age: soon"] {
            let problems = await Self.problems(file: try Scratch.file("retention: { \(wrong) }\n"))
            #expect(problems.first?.contains("or never") == true, "\(wrong): \(problems)")
        }
    }

    @Test func withoutAnAgentTheConfigurationSaysWhatIsMissing() async {
        let none = ["PATH": "/nonexistent"]
        #expect(await Self.problems(environment: none) == ["agent.program: claude is not there or cannot be executed"])
        let command = none.merging(["CARETAKER_AGENT_DRIVER": "command"]) { $1 }
        #expect(await Self.problems(environment: command).first?.hasPrefix("agent.command:") == true)
    }

    @Test func claudeIsLookedForInThePathOfTheService() async throws {
        let settings = try await Self.agent(["PATH": "/nonexistent:/usr/bin", "CARETAKER_AGENT_PROGRAM": "true"])
        #expect(settings.driver == .claude)
        #expect(settings.commands[.claude] == ["/usr/bin/true"])
        #expect(settings.options.permissionMode == .acceptEdits)
    }

    @Test func theKeyIsTheFilesElseTheEnvironments() async throws {
        let file = try Scratch.file("sk-file\n")
        let variables = ["CARETAKER_AGENT_PROGRAM": "/bin/true", "ANTHROPIC_API_KEY": "sk-environment"]
        #expect(try await Self.agent(variables).apiKey?.text == "sk-environment")
        let both = variables.merging(["CARETAKER_AGENT_API_KEY_FILE": file]) { $1 }
        #expect(try await Self.agent(both).apiKey?.text == "sk-file")
        #expect(try await "\(Self.agent(both))".contains("sk-") == false)
    }

    @Test(arguments: [
        ("CARETAKER_AGENT_API_KEY_FILE", "/nonexistent", "agent.api_key_file"),
        ("CARETAKER_AGENT_API_KEY_FILE", "/etc/passwd", "agent.api_key_file"),
        ("CARETAKER_AGENT_BASE_URL", "api.example.org", "agent.base_url"),
        ("CARETAKER_AGENT_BASE_URL", "file:///etc", "agent.base_url"),
        ("CARETAKER_AGENT_ENVIRONMENT", "ANTHROPIC_API_KEY=x y", "ANTHROPIC_API_KEY"),
        ("CARETAKER_AGENT_ENVIRONMENT", "nothing", "agent.environment"),
    ])
    func whatTheAgentCannotUseIsNamed(_ variable: String, _ value: String, _ key: String) async {
        let problems = await Self.problems(environment: ["CARETAKER_AGENT_PROGRAM": "/bin/true", variable: value])
        #expect(problems.count == 1 && problems.first?.hasPrefix("\(key):") == true, "\(problems)")
    }

    @Test func theAPIsAddressMayAlsoStandInTheAgentsEnvironment() async throws {
        let settings = try await Self.agent([
            "CARETAKER_AGENT_PROGRAM": "/bin/true", "CARETAKER_AGENT_ENVIRONMENT": "A=1,ANTHROPIC_BASE_URL=http://gate",
        ])
        #expect(settings.baseURL == "http://gate")
        #expect(settings.environment["A"] == "1")
    }

    @Test func anEmptyVariableIsNone() async throws {
        let variables = ["CARETAKER_AGENT_PROGRAM": "/bin/true", "ANTHROPIC_BASE_URL": "", "ANTHROPIC_API_KEY": ""]
        let settings = try await Self.agent(variables)
        #expect(settings.baseURL == nil)
        #expect(settings.apiKey == nil)
    }

    @Test func whatTheOperatorGivesAProgramOfHisOwnReachesIt() async throws {
        let settings = try await Self.agent([
            "CARETAKER_AGENT_COMMAND": "/bin/true", "CARETAKER_AGENT_ENVIRONMENT": "ANTHROPIC_API_KEY=k",
        ])
        #expect(settings.environment["ANTHROPIC_API_KEY"] == "k")
    }

    @Test func theSchedulesZoneMustBeThere() async throws {
        let agent = ["CARETAKER_AGENT_PROGRAM": "/bin/true"]
        let reader = ConfigurationReader(flags: [:], environment: agent, file: nil)
        #expect(try await ServiceConfiguration(reader).timezone == nil)
        let known = agent.merging(["CARETAKER_SCHEDULES_TIMEZONE": "Europe/Berlin"]) { $1 }
        let configured = ConfigurationReader(flags: [:], environment: known, file: nil)
        #expect(try await ServiceConfiguration(configured).timezone == "Europe/Berlin")
        for name in ["No/Where", "../../etc/passwd"] {
            let problems = await Self.problems(
                environment: agent.merging(["CARETAKER_SCHEDULES_TIMEZONE": name]) { $1 }
            )
            #expect(problems.count == 1 && problems.first?.hasPrefix("schedules.timezone: ") == true, "\(problems)")
        }
    }

    @Test func aSecretThatSystemdHandsInNeedsNoKey() async throws {
        let folder = "/tmp/ct-credentials-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [("api_key", "sk-1"), ("token", "a token of length"), ("https_token", "t")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/caretaker_\(name)"))
        }
        let variables = [
            "CARETAKER_AGENT_PROGRAM": "/bin/true", "CREDENTIALS_DIRECTORY": folder,
            "CARETAKER_GIT_HTTPS_TOKEN_FILE": "/etc/hostname",
        ]
        let reader = ConfigurationReader(flags: [:], environment: variables, file: nil)
        let configuration = try await ServiceConfiguration(reader)
        #expect(configuration.agent.apiKey == APIKey("sk-1"))
        #expect(configuration.tokenFile == "\(folder)/caretaker_token")
        // What the configuration names comes first.
        #expect(configuration.httpsTokenFile == "/etc/hostname")
        #expect(configuration.sshKeyFile == nil)
    }

    @Test func theProcessRuntimeIsRefusedUnderAUnitThatConfinesIt() async throws {
        let variables = ["CARETAKER_AGENT_PROGRAM": "/bin/true"]
        let configuration = try await ServiceConfiguration(
            ConfigurationReader(flags: [:], environment: variables, file: nil)
        )
        let failure = #expect(throws: Failure.self) {
            try ServiceUnit.check(configuration, ["CARETAKER_UNIT": "hardened"])
        }
        #expect(failure?.code == 78)
        #expect(failure?.message.contains("process-runtime.conf") == true)
        try ServiceUnit.check(configuration, ["CARETAKER_UNIT": "process"])
        try ServiceUnit.check(configuration, [:])
    }

    private static func agent(_ environment: [String: String]) async throws -> AgentSettings {
        try await ServiceConfiguration(ConfigurationReader(flags: [:], environment: environment, file: nil)).agent
    }

    private static func problems(file: String? = nil, environment: [String: String] = [:]) async -> [String] {
        do {
            let reader = ConfigurationReader(flags: [:], environment: environment, file: file)
            _ = try await ServiceConfiguration(reader)
            return []
        } catch let problems as ConfigurationProblems {
            return problems.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
}

/// Files of a test.
private enum Scratch {
    static func file(_ text: String) throws -> String {
        let path = "/tmp/ct-configuration-\(UInt64.random(in: .min ... .max)).yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}
