import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// What each role may call.
@Suite(.timeLimit(.minutes(10))) struct RoleTests {
    /// Every procedure there is; who adds one decides here who may call it.
    static let needed: [String: AccessRole] = [
        "audit.list": .admin,
        "figures.days": .read,
        "files.apply": .admin, "files.export": .read,
        "imports.messages": .admin, "imports.runs": .admin, "imports.tasks": .admin,
        "instances.get": .read, "instances.list": .read, "instances.reap": .operate, "instances.remove": .operate,
        "notify.test": .admin,
        "runs.byId": .read, "runs.cancel": .operate, "runs.create": .operate, "runs.list": .read,
        "runs.messages": .read, "runs.onMessage": .read, "runs.result": .read, "runs.retry": .operate,
        "schedules.backfill": .operate, "schedules.byId": .read, "schedules.create": .admin,
        "schedules.delete": .admin, "schedules.list": .read, "schedules.pause": .operate,
        "schedules.pauseAll": .operate, "schedules.pauseState": .read, "schedules.preview": .read,
        "schedules.resume": .operate, "schedules.resumeAll": .operate, "schedules.runNow": .operate,
        "schedules.slots": .read, "schedules.update": .admin,
        "service.overview": .read, "service.reload": .admin,
        "tasks.byId": .read, "tasks.create": .admin, "tasks.delete": .admin, "tasks.history": .read,
        "tasks.list": .read,
        "tasks.update": .admin,
        "tokens.create": .admin, "tokens.list": .admin, "tokens.revoke": .admin,
    ]

    @Test(arguments: AccessRole.allCases)
    func aRoleMayCallWhatItMayAndNothingElse(_ role: AccessRole) async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("somebody", role)
            let table = ProcedureTable.caretaker(store: scene.service.store, operations: scene.service.operations)
            #expect(Set(table.procedures.keys) == Set(Self.needed.keys))
            for procedure in table.procedures.values {
                let needed = try #require(Self.needed[procedure.name], "\(procedure.name)")
                let isMutation = procedure.kind == .mutation
                let answer = try await scene.ask(
                    isMutation ? "POST" : "GET",
                    "/trpc/\(procedure.name)",
                    AccessScene.bearer(token),
                    // Nothing accepts it, so that nothing is changed.
                    isMutation ? 7 : nil
                )
                let isRefused = answer.text.contains("FORBIDDEN")
                #expect(isRefused == (role < needed), "\(procedure.name)")
                guard isRefused else { continue }
                #expect(answer.status == (procedure.kind == .subscription ? 200 : 403), "\(procedure.name)")
                let sentence = "\(procedure.name) needs the role \(needed); somebody has the role \(role)."
                #expect(answer.text.contains(sentence), "\(answer.text)")
            }
            for path in ["/", "/runs/x/events", "/runs/x/work.patch"] {
                let status = try await scene.status(token, path)
                #expect(status == 200 || status == 404)
            }
            #expect(try await scene.status(token, "/backup") == (role < .admin ? 403 : 200))
            let last = try await scene.service.store.audit(Store.AuditFilter(limit: 1)).first?.entry
            #expect(last?.procedure == "backup" && last?.outcome == (role < .admin ? .refused : .done))
        }
    }

    @Test func onlyAnAdminsRunHasSettingsOfItsOwn() async throws {
        try await AccessScene.run { scene in
            let task = try await scene.service.store.someTask()
            var tokens: [AccessRole: String] = [:]
            for role in [AccessRole.operate, .admin] { tokens[role] = try await scene.token("\(role)", role) }
            for (role, settings, status) in [
                (AccessRole.operate, nil, 200), (.operate, [:], 200), (.operate, ["agent": [:]], 200),
                (.operate, ["limits": ["idle": 5]], 403), (.operate, 7, 403), (.admin, ["limits": ["idle": 5]], 200),
            ] as [(AccessRole, JSONValue?, Int)] {
                var input: JSONObject = ["taskId": .string(task.slug), "repository": "owner/name"]
                input["settings"] = settings
                let token = try #require(tokens[role])
                let answer = try await scene.ask("POST", "/trpc/runs.create", AccessScene.bearer(token), .object(input))
                #expect(answer.status == status, "\(role) \(String(describing: settings)): \(answer.text)")
            }
            let audit = try await scene.service.store.audit(Store.AuditFilter(limit: 10)).map(\.entry)
            #expect(audit.count { $0.procedure == "runs.create" && $0.outcome == .refused } == 2)
        }
    }

    @Test func inABatchEachCallIsJudgedByItself() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("somebody", .operate)
            let answer = try await scene.ask(
                "POST",
                "/trpc/tasks.create,schedules.pauseAll?batch=1",
                AccessScene.bearer(token),
                ["0": ["name": "Tidy", "steps": []], "1": ["note": "why"]]
            )
            #expect(answer.status == 207)
            let answers = try #require(try JSONValue(parsing: answer.body).array)
            #expect(answers.map { $0["error"]?["data"]?["code"]?.string } == ["FORBIDDEN", nil])
            #expect(try await scene.service.store.tasks().isEmpty)
            #expect(try await scene.service.store.pauseOfAll().pause != nil)
        }
    }

    @Test func rolesAreOrdered() {
        #expect(AccessRole.allCases.sorted() == [.read, .operate, .admin])
    }
}
