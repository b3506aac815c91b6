import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// Whole runs of the real `claude`.
@Suite(.timeLimit(.minutes(5)), .enabled(if: RealAgent.isWanted, "\(RealAgent.remedy)"))
struct RealAgentRunTests {
    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: SecureShellServer.program)
                || ProcessInfo.processInfo.environment["CI"] == "true",
            "install openssh-server"
        )
    )
    func twoStepsOfOneSessionAreClonedAndPushedOverSecureShellAndSeenLive() async throws {
        let gate = Gate()
        let keys = "/tmp/ct-keys-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: keys) }
        try await SecureShellServer.with(in: keys) { server in
            try await ServiceUnderTest.withRealAgent(
                Self.script(gate),
                lines: { _ in "git: { ssh_key_file: \(server.key()), known_hosts_file: \(try server.knownHosts()) }" }
            ) { service, api in
                let repository = try await GitRepository(
                    at: "\(service.folder)/repository",
                    files: ["notes.txt": "one\ntwo\n", "CLAUDE.md": "Be brief.\n"]
                )
                let run = try await service.startRun(
                    ["Write the greeting.", "Commit the greeting."],
                    repository: server.url(repository.path),
                    settings: Agent.settings([:], ["push": ["branch": "greeting"]])
                )
                let watched = try await Self.watch(run, of: service, then: gate)
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(watched.events == ended.messages.map(\.seq))
                // What has no message of the conversation is no matter of the page's.
                let shown = ended.messages.map(\.body).filter { $0["message"] != nil }
                #expect(watched.tracked == shown)
                #expect(watched.live.count >= 14)
                #expect(watched.live == shown.suffix(watched.live.count))
                try await Self.expectWork(of: run, in: repository)
                try await Self.expectAccount(of: run, service, api)
            }
        }
    }

    private static func script(_ gate: Gate) -> MessageScript {
        [
            "Write the greeting.": [
                .text("I look around first.").after(gate)
            ],
            "Commit the greeting.": [
                .tool("Write", ["file_path": "greeting.txt", "content": "Hello\n"]),
                .tool(
                    "Edit",
                    ["file_path": "greeting.txt", "old_string": "Hello", "new_string": "Hello, world"]
                ),
                .tools([
                    .init("Read", ["file_path": "notes.txt"]), .init("Read", ["file_path": "greeting.txt"]),
                    .init("Bash", ["command": "wc -l notes.txt"]),
                ]),
                .bash("git add -A && git commit -q -m 'A greeting' && echo committed"),
                .text("Done.").costing(TokenUsage(input: 2000, output: 50, cacheRead: 10_000, cacheCreation: 400)),
            ],
        ]
    }

    /// What readers saw who were there before the agent's first word.
    private struct Watched {
        /// The numbers of the events that everyone gets.
        var events: [Int] = []
        /// What a subscription brings that began at the first message.
        var tracked: [JSONValue] = []
        /// What one brings that begins with the next message.
        var live: [JSONValue] = []
    }

    private static func watch(_ run: String, of service: ServiceUnderTest, then gate: Gate) async throws -> Watched {
        let tracked = try await service.subscribe("runs.onMessage", ["id": .string(run), "lastEventId": "0"])
        let live = try await service.subscribe("runs.onMessage", ["id": .string(run)])
        let events = try await service.events(of: run)
        async let allSeen = Self.values(of: tracked)
        async let liveSeen = Self.values(of: live) { gate.open() }
        var watched = Watched()
        for try await event in events where event.name.isEmpty { watched.events += event.id.map { [$0] } ?? [] }
        watched.tracked = try await allSeen
        watched.live = try await liveSeen
        return watched
    }

    /// The values of a subscription up to its end.
    private static func values(
        of stream: RunEventStream,
        whenConnected: @Sendable () -> Void = {}
    ) async throws -> [JSONValue] {
        var values: [JSONValue] = []
        for try await event in stream {
            if event.name == "connected" { whenConnected() }
            if event.name == "return" { break }
            if event.name.isEmpty { values.append(try JSONValue(parsing: event.data)) }
        }
        return values
    }

    private static func expectWork(of run: String, in repository: GitRepository) async throws {
        #expect(try await repository.git("show", "greeting:greeting.txt") == "Hello, world")
        #expect(try await repository.git("rev-list", "--count", "main..greeting") == "1")
        #expect(try await repository.git("log", "-1", "--format=%an", "greeting") == "Caretaker")
    }

    /// Usage and cost over both processes, of which the second tells the session's sum.
    private static func expectAccount(of run: String, _ service: ServiceUnderTest, _ api: MessagesAPI) async throws {
        let last = TokenUsage(input: 2000, output: 50, cacheRead: 10_000, cacheCreation: 400)
        let second = 4 * TokenUsage().cost(on: .sonnet) + last.cost(on: .sonnet)
        let cost = TokenUsage().cost(on: .sonnet) + second
        for shown in [try await service.details(of: run), try await service.summary(of: run)] {
            #expect(abs((shown["costUSD"]?.double ?? 0) - cost) < 0.000_001, "\(shown["costUSD"] ?? .null)")
            let usage = shown["usage"]
            #expect(usage?["inputTokens"]?.int == 7000)
            #expect(usage?["outputTokens"]?.int == 550)
            #expect(usage?["cacheReadTokens"]?.int == 10_000)
            #expect(usage?["cacheCreationTokens"]?.int == 400)
            // The command counts each result of a tool and the last word.
            #expect(usage?["turns"]?.int == 8)
            #expect(usage?["isEstimated"]?.bool == false)
            #expect(shown["model"]?.string == TokenUsage.PricedModel.sonnet.rawValue)
            let sessions = Set(api.requests.compactMap { $0.headers["x-claude-code-session-id"] })
            #expect(sessions == [shown["session"]?.string ?? ""])
            let version = shown["agentVersion"]?.string ?? ""
            #expect(
                api.requests.allSatisfy { $0.headers["user-agent"]?.contains("/\(version) ") == true },
                "\(version)"
            )
        }
        let executions = try await service.details(of: run)["executions"]?.array ?? []
        let costs = executions.map { $0["costUSD"]?.double ?? 0 }
        #expect(costs.count == 2)
        #expect(zip(costs, [cost - second, second]).allSatisfy { abs($0 - $1) < 0.000_001 }, "\(costs)")
        // The second process knew what the first had said.
        #expect(api.requests("Commit the greeting.").first?.text.contains("I look around first.") == true)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func anUnprivilegedServiceRunsItToo() async throws {
        // Without root the mode needs no leave of its own.
        let settings = Agent.settings(["allowedTools": [], "permissionMode": "bypassPermissions"])
        let script: MessageScript = ["Who?": [.bash("id -u; python3 -c 'print(6 * 7)'"), .text("I.")]]
        try await ServiceUnderTest.withRealAgent(script) { service, api in
            #expect(await service.stop() == 0)
            try FileManager.default.removeItem(atPath: service.state)
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await service.become(65_534)
            try await service.start()
            let run = try await service.startRun(["Who?"], repository: repository.path, settings: settings)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
            #expect(api.requests.last?.toolResults.first?["content"]?.string?.hasPrefix("65534\n42") == true)
        }
    }
}
