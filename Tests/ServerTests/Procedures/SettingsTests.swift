import AgentStream
import Model
import Server
import Store
import Testing

/// A task's settings on their way from the wire into rows and back.
@Suite(.timeLimit(.minutes(10))) struct SettingsTests {
    @Test func everySettingComesBackAsItWasGiven() async throws {
        try await TestService.run { service in
            let settings: JSONValue = ["agent": Self.agent, "container": Self.container, "retry": Self.retry]
            let created = try await service.mutate(
                "tasks.create",
                ["name": "n", "steps": [], "settings": settings]
            )
            #expect(created.data?["settings"] == settings, "\(created.message)")
            let id = try #require(created.data?["id"])
            #expect(try await service.query("tasks.byId", ["id": id]).data == created.data)
            #expect(try await service.query("tasks.list").data == .array([created.data ?? .null]))
            // Two keys that were swapped on both ways would look right from outside.
            let stored = try await service.store.task(id.string ?? "")
            #expect(stored?.settings == Self.meant)
        }
    }

    /// Every key that there is, each with a value of its own.
    private static let agent: JSONValue = [
        "driver": "command", "model": "m", "fallbackModel": "f", "maxTurns": 7, "maxBudgetUSD": 1.25,
        "tools": ["Bash", "Read"], "allowedTools": ["Bash(git *)"], "disallowedTools": ["WebFetch", "Write"],
        "permissionMode": "dontAsk", "onPermissionDenied": "ignore", "appendSystemPrompt": "Be kind.\n",
        "mcpConfig": ["mcpServers": ["one": ["command": "c", "args": ["\u{1F600}", 1, 1.5, .null]]]],
        "trustRepositorySettings": true,
    ]

    private static let container: JSONValue = [
        "image": "i", "memory": 536_870_912, "cpus": 1.5, "pids": 64, "network": "none", "readOnly": true,
    ]

    private static let retry: JSONValue = ["attempts": 3, "backoff": 1.5, "maxBackoff": 600, "afterDelivery": true]

    private static var meant: TaskSettings {
        var options = AgentOptions()
        options.model = "m"
        options.fallbackModel = "f"
        options.maxTurns = 7
        options.maxBudgetUSD = 1.25
        options.tools = ["Bash", "Read"]
        options.allowedTools = ["Bash(git *)"]
        options.disallowedTools = ["WebFetch", "Write"]
        options.permissionMode = .dontAsk
        options.appendSystemPrompt = "Be kind.\n"
        options.mcpConfig = #"{"mcpServers":{"one":{"command":"c","args":["😀",1,1.5,null]}}}"#
        options.trustRepositorySettings = true
        return TaskSettings(
            agent: TaskAgent(driver: .command, options: options, onPermissionDenied: .ignore),
            container: ContainerSettings(
                image: "i",
                memory: 536_870_912,
                cpus: 1.5,
                pids: 64,
                network: "none",
                readOnly: true
            ),
            retry: RetryPolicy(attempts: 3, backoff: 1.5, maxBackoff: 600, afterDelivery: true)
        )
    }

    @Test func aRunHasEverySettingOfItsOwnThatItIsGiven() async throws {
        try await TestService.run { service in
            let task = try await service.store.someTask()
            func create(_ settings: JSONValue) async throws -> CallAnswer {
                try await service.mutate(
                    "runs.create",
                    ["taskId": .string(task.slug), "repository": "owner/name", "settings": settings]
                )
            }
            let settings: JSONValue = ["agent": Self.agent, "container": Self.container, "retry": Self.retry]
            let created = try await create(settings)
            let id = try #require(created.data?["id"], "\(created.message)")
            #expect(try await service.query("runs.byId", ["id": id]).data?["settings"] == settings)
            #expect(try await service.store.run(Run.ID(rawValue: id.string ?? "")).settings == Self.meant)
            let plain = try #require(try await create([:]).data?["id"])
            #expect(try await service.query("runs.byId", ["id": plain]).data?["settings"] == .null)
            for key in ["maxConcurrent", "priority"] {
                let refused = try await create([key: 1])
                #expect(refused.status == 400)
                #expect(refused.message.contains(key))
            }
            #expect(try await create(["environment": ["1A": ""]]).message.contains("1A is no name"))
            let long = try await create(["environment": ["LONG": .string(String(repeating: "x", count: 70_000))]])
            #expect(long.status == 400 && long.message.contains("may have 65536 bytes"))
            let listed = try await service.query("runs.list").data?.array
            #expect(listed?.count == 2 && listed?.contains { $0["settings"] != nil } == false)
        }
    }

    /// What a false `trustRepositorySettings` or an empty list says is not what their absence says.
    @Test func whatIsFalseOrEmptyIsNotLost() async throws {
        try await TestService.run { service in
            let settings: JSONValue = [
                "agent": ["tools": [], "allowedTools": [], "disallowedTools": [], "trustRepositorySettings": false],
                "container": ["readOnly": false],
            ]
            let created = try await service.mutate(
                "tasks.create",
                ["name": "n", "steps": [], "settings": settings]
            )
            #expect(created.data?["settings"] == settings, "\(created.message)")
            let nothing: JSONValue = ["agent": [:], "container": [:]]
            let other = try await service.mutate("tasks.create", ["name": "n", "steps": [], "settings": nothing])
            #expect(other.data?["settings"] == nothing, "\(other.message)")
        }
    }
}
