import AgentStream
import Model
import Store
import Testing

/// What inputs are taken, and how the others are refused.
@Suite(.timeLimit(.minutes(10))) struct InputTests {
    private static let steps: JSONValue = [["instructions": "i", "checks": "c"]]

    @Test func theOriginalsStripUnknownKeys() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun()
            let instance = try #require(try await service.store.instances().first)
            let id: JSONValue = .string(run.id.rawValue)
            let task: JSONValue = .string(run.taskID.rawValue)
            let steps: JSONValue = [["instructions": "i", "checks": "c", "stranger": 1]]
            #expect(try await service.query("tasks.byId", ["id": task, "stranger": 1]).status == 200)
            #expect(try await service.query("runs.byId", ["id": id, "stranger": 1]).status == 200)
            let instanceInput: JSONValue = ["id": .string(instance.id.rawValue), "stranger": 1]
            #expect(try await service.query("instances.get", instanceInput).status == 200)
            #expect(try await service.mutate("instances.remove", instanceInput).status == 200)
            let create: JSONValue = ["taskId": task, "repository": "o/n", "stranger": 1]
            #expect(try await service.mutate("runs.create", create).status == 200)
            let update: JSONValue = ["id": task, "name": "n", "steps": steps, "stranger": 1]
            let updated = try await service.mutate("tasks.update", update)
            #expect(updated.data?["steps"] == Self.steps)
            let made = try await service.mutate("tasks.create", ["name": "n", "steps": steps, "stranger": 1])
            #expect(made.data?["steps"] == Self.steps)
            #expect(try await service.mutate("tasks.delete", ["id": task, "stranger": 1]).status == 200)
        }
    }

    @Test(arguments: ["runs.list", "runs.messages", "runs.result", "runs.cancel", "runs.retry"])
    func ourOwnRefuseUnknownKeysByName(_ path: String) async throws {
        try await TestService.run { service in
            let input: JSONValue =
                path == "runs.list" ? ["strange key": 1] : ["id": "x", "strange key": 1]
            let isQuery = ["runs.list", "runs.messages", "runs.result"].contains(path)
            let answer = try await isQuery ? service.query(path, input) : service.mutate(path, input)
            #expect(answer.status == 400)
            #expect(answer.issues.first?["code"] == "unrecognized_keys")
            #expect(answer.issues.first?["message"] == "Unrecognized key(s) in object: 'strange key'")
        }
    }

    @Test func runsAreListedWithoutInput() async throws {
        try await TestService.run { service in
            let run = try await service.store.someRun()
            for answer in [try await service.query("runs.list"), try await service.query("runs.list", .null)] {
                #expect(answer.status == 200, "\(answer.message)")
                #expect(answer.data?[0]?["id"] == .string(run.id.rawValue))
                #expect(answer.data?[0]?["position"] == 1)
            }
        }
    }

    /// What `tasks.create` gets beside a name and steps, and the one field that is wrong.
    static let wrongTasks: [(input: String, path: String)] = [
        (#"{"name":""}"#, "name"),
        (#"{"name":"\#(String(repeating: "n", count: 201))"}"#, "name"),
        (#"{"name":"nul \u0000"}"#, "name"),
        (#"{"settings":{"maxConcurrent":0}}"#, "settings.maxConcurrent"),
        (#"{"settings":{"maxConcurrent":1.5}}"#, "settings.maxConcurrent"),
        (#"{"settings":{"priority":1001}}"#, "settings.priority"),
        (#"{"settings":{"priority":-1001}}"#, "settings.priority"),
        (#"{"settings":{"limits":{"total":0}}}"#, "settings.limits.total"),
        (#"{"settings":{"limits":{"idle":2592001}}}"#, "settings.limits.idle"),
        (#"{"settings":{"limits":{"idle":1e999}}}"#, "settings.limits.idle"),
        (#"{"settings":{"limits":{"stranger":1}}}"#, "settings.limits"),
        (#"{"settings":{"stranger":1}}"#, "settings"),
        (#"{"settings":null}"#, "settings"),
        (#"{"settings":{"push":{"branch":""}}}"#, "settings.push.branch"),
        (#"{"settings":{"push":{"branch":"-x"}}}"#, "settings.push.branch"),
        (#"{"settings":{"environment":{"A":1}}}"#, "settings.environment.A"),
        (#"{"settings":{"environment":{"1A":""}}}"#, "settings.environment"),
        (#"{"settings":{"environment":{"A=B":""}}}"#, "settings.environment"),
        (#"{"settings":{"environment":{"A":"nul \u0000"}}}"#, "settings.environment.A"),
        (#"{"settings":{"agent":{"stranger":1}}}"#, "settings.agent"),
        (#"{"settings":{"agent":{"driver":"gpt"}}}"#, "settings.agent.driver"),
        (#"{"settings":{"agent":{"driver":"claude"}}}"#, "settings.agent.driver"),
        (#"{"settings":{"agent":{"model":""}}}"#, "settings.agent.model"),
        (#"{"settings":{"agent":{"fallbackModel":5}}}"#, "settings.agent.fallbackModel"),
        (#"{"settings":{"agent":{"maxTurns":0}}}"#, "settings.agent.maxTurns"),
        (#"{"settings":{"agent":{"maxBudgetUSD":0}}}"#, "settings.agent.maxBudgetUSD"),
        (#"{"settings":{"agent":{"tools":"Bash"}}}"#, "settings.agent.tools"),
        (#"{"settings":{"agent":{"allowedTools":["Bash",""]}}}"#, "settings.agent.allowedTools.1"),
        (#"{"settings":{"agent":{"disallowedTools":[1]}}}"#, "settings.agent.disallowedTools.0"),
        (#"{"settings":{"agent":{"permissionMode":"accept"}}}"#, "settings.agent.permissionMode"),
        (#"{"settings":{"agent":{"onPermissionDenied":"ask"}}}"#, "settings.agent.onPermissionDenied"),
        (#"{"settings":{"agent":{"appendSystemPrompt":""}}}"#, "settings.agent.appendSystemPrompt"),
        (#"{"settings":{"agent":{"mcpConfig":"{}"}}}"#, "settings.agent.mcpConfig"),
        (#"{"settings":{"agent":{"mcpConfig":{}}}}"#, "settings.agent.mcpConfig.mcpServers"),
        (#"{"settings":{"agent":{"mcpConfig":{"mcpServers":[]}}}}"#, "settings.agent.mcpConfig.mcpServers"),
        (#"{"settings":{"agent":{"mcpConfig":{"mcpServers":{},"x":1}}}}"#, "settings.agent.mcpConfig"),
        (#"{"settings":{"agent":{"trustRepositorySettings":"yes"}}}"#, "settings.agent.trustRepositorySettings"),
        (#"{"settings":{"retry":{}}}"#, "settings.retry.attempts"),
        (#"{"settings":{"retry":{"attempts":0}}}"#, "settings.retry.attempts"),
        (#"{"settings":{"retry":{"attempts":21}}}"#, "settings.retry.attempts"),
        (#"{"settings":{"retry":{"attempts":2,"backoff":0}}}"#, "settings.retry.backoff"),
        (#"{"settings":{"retry":{"attempts":2,"stranger":0}}}"#, "settings.retry"),
        (#"{"settings":{"container":{"privileged":true}}}"#, "settings.container"),
        (#"{"settings":{"container":{"image":"denied"}}}"#, "settings.container.image"),
        (#"{"settings":{"container":{"memory":0}}}"#, "settings.container.memory"),
        (#"{"settings":{"container":{"memory":"1g"}}}"#, "settings.container.memory"),
        (#"{"settings":{"container":{"cpus":0}}}"#, "settings.container.cpus"),
        (#"{"settings":{"container":{"pids":1.5}}}"#, "settings.container.pids"),
        (#"{"settings":{"container":{"network":""}}}"#, "settings.container.network"),
        (#"{"settings":{"container":{"readOnly":1}}}"#, "settings.container.readOnly"),
    ]

    @Test(arguments: wrongTasks)
    func aRefusedTaskNamesTheField(_ input: String, _ path: String) async throws {
        try await TestService.run { service in
            var object: JSONObject = ["name": "n", "steps": Self.steps]
            let members = try #require(try JSONValue(parsing: input).object)
            for member in members { object[member.key] = member.value }
            let answer = try await service.mutate("tasks.create", .object(object))
            #expect(answer.status == 400)
            #expect(answer.issuePaths == [path])
            #expect(answer.issues.first?["message"]?.string?.isEmpty == false)
            let listed = try await service.query("tasks.list")
            #expect(listed.data == .array([]))
        }
    }

    @Test func aLimitIsNamedForWhatItIs() async throws {
        try await TestService.run { service in
            let input = #"{"name":"n","steps":[],"settings":{"limits":{"idle":1e999}}}"#
            let answer = try await service.mutate("tasks.create", bytes: Array(input.utf8))
            #expect(answer.issues.first?["message"] == "Number must be less than or equal to 2592000")
        }
    }

    @Test func aLimitIsToldAsZodTellsIt() async throws {
        try await TestService.run { service in
            let answer = try await service.mutate("tasks.create", ["name": "", "steps": Self.steps])
            #expect(
                answer.message == """
                    [
                      {
                        "code": "too_small",
                        "minimum": 1,
                        "type": "string",
                        "inclusive": true,
                        "exact": false,
                        "message": "String must contain at least 1 character(s)",
                        "path": [
                          "name"
                        ]
                      }
                    ]
                    """
            )
        }
    }

    /// What `runs.create` gets beside a task, and the field that is wrong.
    static let wrongRuns: [(input: String, path: String)] = [
        (#"{"repository":"denied/x"}"#, "repository"), (#"{"repository":5}"#, "repository"),
        (#"{"repository":"o/n","ref":"bad..ref"}"#, "ref"), (#"{"repository":"o/n","ref":""}"#, "ref"),
        (#"{"repository":"o/n","priority":5000}"#, "priority"), (#"{"repository":"nul\u0000"}"#, "repository"),
    ]

    @Test(arguments: wrongRuns)
    func aRefusedRunNamesTheFieldAndIsNotMade(_ input: String, _ path: String) async throws {
        try await TestService.run { service in
            let task = try await service.store.someTask()
            var object = try #require(try JSONValue(parsing: input).object)
            object["taskId"] = .string(task.slug)
            let answer = try await service.mutate("runs.create", .object(object))
            #expect(answer.status == 400)
            #expect(answer.issuePaths == [path])
            #expect(try await service.store.runs(Store.RunFilter()).isEmpty)
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        try await TestService.run { service in
            let id: JSONValue = ["id": "nobody"]
            for path in ["runs.byId", "runs.messages", "runs.result", "instances.get"] {
                #expect(try await service.query(path, id).code == "NOT_FOUND", "\(path)")
            }
            for path in ["runs.cancel", "runs.retry", "tasks.delete", "instances.remove"] {
                #expect(try await service.mutate(path, id).code == "NOT_FOUND", "\(path)")
            }
            let update: JSONValue = ["id": "nobody", "name": "n", "steps": []]
            #expect(try await service.mutate("tasks.update", update).code == "NOT_FOUND")
            let create: JSONValue = ["taskId": "nobody", "repository": "o/n"]
            let answer = try await service.mutate("runs.create", create)
            #expect(answer.code == "NOT_FOUND")
        }
    }

    @Test func aRunThatHasNotEndedIsNotRepeated() async throws {
        try await TestService.run { service in
            let run = try await service.store.someRun()
            let answer = try await service.mutate("runs.retry", ["id": .string(run.id.rawValue)])
            #expect(answer.status == 409)
            #expect(answer.code == "CONFLICT")
        }
    }
}
