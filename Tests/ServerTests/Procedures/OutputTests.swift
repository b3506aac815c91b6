import AgentStream
import Model
import Server
import Store
import Testing

/// What the procedures answer is what their output schemas say, whatever state things are in.
@Suite(.timeLimit(.minutes(10))) struct OutputTests {
    @Test func everyAnswerFitsItsSchemaInEveryState() async throws {
        try await TestService.run { service in
            let runs = try await Scenes(service: service).all()
            let operations = LivelyOperations(stub: service.operations, run: try #require(runs.first))
            let table = ProcedureTable.caretaker(store: service.store, operations: operations)
            var caller = Caller(table: table)
            for run in runs {
                let input: JSONValue = ["id": .string(run.rawValue)]
                for path in ["runs.byId", "runs.messages", "runs.result"] { try await caller.call(path, input) }
            }
            try await caller.call("runs.list", nil)
            for state in RunState.Name.allCases {
                let listed = try await caller.call("runs.list", ["state": .string(state.rawValue), "limit": 500])
                #expect(listed.array?.isEmpty == false, "no run is \(state)")
            }
            try await caller.call("instances.list", nil)
            for instance in try await service.store.instances() {
                try await caller.call("instances.get", ["id": .string(instance.id.rawValue)])
            }
            let findings = try await caller.call("instances.reap", ["dryRun": true])
            #expect(findings.array?.count == 6 * InstanceSighting.Kind.allCases.count)
            #expect(try await caller.call("figures.days", nil).array?.isEmpty == false)
            let overview = try await caller.call("service.overview", ["limit": 3])
            #expect(overview["active"]?.array?.isEmpty == false && overview["queue"]?.array?.isEmpty == false)
            #expect(overview["ended"]?.array?.count == 3)
            try await caller.call("notify.test", nil)
            try await caller.call("service.reload", [:])
            try await changeEverything(&caller, runs)
            try await changeSchedules(&caller)
            try await changeTokens(&caller, service.store)
            try await applyFiles(&caller)
            try await importRuns(&caller)
            // What subscriptions send is looked at where they are.
            let callable = table.procedures.values.filter { $0.kind != .subscription }.map(\.name)
            #expect(caller.called == Set(callable))
        }
    }

    private func changeEverything(_ caller: inout Caller, _ runs: [Run.ID]) async throws {
        let steps: JSONValue = [["instructions": "i", "checks": "c"]]
        let task = try await caller.call(
            "tasks.create",
            ["name": "Täsk \u{202E}\u{1}", "steps": steps, "settings": Self.settings]
        )
        let id = task["id"] ?? .null
        #expect(task["settings"] == Self.settings)
        try await caller.call("tasks.byId", ["id": id])
        try await caller.call("tasks.byId", ["id": "no such task"])
        let renamed = try await caller.call("tasks.update", ["id": id, "name": "Renamed", "steps": steps])
        #expect(renamed["settings"] == Self.settings)
        let history = try await caller.call("tasks.history", ["id": id, "version": 1])
        #expect(history["task"]?["name"] == task["name"] && history["versions"]?.array?.count == 2)
        let run = try await caller.call(
            "runs.create",
            ["taskId": id, "repository": "o/n", "ref": "main", "priority": 9]
        )
        try await caller.call("runs.cancel", ["id": run["id"] ?? .null])
        try await caller.call("runs.retry", ["id": run["id"] ?? .null])
        try await caller.call("tasks.list", nil)
        try await caller.call("tasks.delete", ["id": id])
        for run in runs { try await caller.call("runs.cancel", ["id": .string(run.rawValue)]) }
        let instance = try await caller.call("instances.list", nil)[0]
        try await caller.call("instances.remove", ["id": instance?["id"] ?? .null])
    }

    private func applyFiles(_ caller: inout Caller) async throws {
        let new: JSONValue = [
            "kind": "task", "slug": "new", "name": "N", "steps": [["instructions": "i"]],
            "schedules": [["slug": "new", "name": "S", "repository": "o/n", "expression": "@daily"]],
        ]
        let broken: JSONValue = ["kind": "task", "slug": "-", "steps": [["instructions": 1]]]
        for (contents, isDryRun) in [([new], true), ([new], false), ([broken], true)] {
            try await apply(contents, isDryRun: isDryRun, &caller)
        }
        let documents = try await caller.call("files.export", nil).array ?? []
        #expect(documents.contains { $0["schedules"] != nil })
        try await apply(documents, isDryRun: false, &caller)
        #expect(try await apply([], isDryRun: false, &caller)["changes"]?.array?.isEmpty == false)
    }

    private func importRuns(_ caller: inout Caller) async throws {
        let time: JSONValue = "2025-05-19T12:00:00.000Z"
        let version: JSONValue = ["name": "Elsewhere", "steps": [["instructions": "i", "checks": "c"]], "at": time]
        let task: JSONValue = ["id": "cma1", "createdAt": time, "updatedAt": time, "versions": [version]]
        for isDryRun in [true, false, false] {
            let tasks = try await caller.call("imports.tasks", ["tasks": [task], "dryRun": .bool(isDryRun)])
            #expect(tasks[0]?["taskId"] == "cma1")
        }
        try await caller.call("imports.messages", ["run": "r", "offset": 0, "base64": "W3t9"])
        let run: JSONValue = [
            "id": "r", "taskId": "cma1", "name": "Elsewhere", "repository": "o/n", "steps": [], "createdAt": time,
            "updatedAt": time, "staged": 3, "base64": "XQ==",
        ]
        let stray: JSONValue = [
            "id": "s", "taskId": "none", "name": "x", "repository": "", "steps": [], "createdAt": time,
            "updatedAt": time,
        ]
        for (isDryRun, action) in [(true, "create"), (false, "create"), (true, "keep"), (false, "keep")] {
            let input: JSONValue = ["runs": [run, stray], "dryRun": .bool(isDryRun)]
            let runs = try await caller.call("imports.runs", input)
            #expect(runs[0]?["action"]?.string == action)
            if !isDryRun { try await caller.call("runs.byId", ["id": runs[0]?["runId"] ?? .null]) }
        }
    }

    @discardableResult
    private func apply(_ contents: [JSONValue], isDryRun: Bool, _ caller: inout Caller) async throws -> JSONValue {
        let documents = contents.map { content -> JSONValue in ["file": "/t/a.yaml", "content": content] }
        return try await caller.call(
            "files.apply",
            ["documents": .array(documents), "owner": "/t", "prune": true, "dryRun": .bool(isDryRun)]
        )
    }

    private func changeSchedules(_ caller: inout Caller) async throws {
        let steps: JSONValue = [["instructions": "i", "checks": "c"]]
        try await caller.call("tasks.create", ["name": "Scheduled", "steps": steps])
        let made = try await caller.call(
            "schedules.create",
            ["name": "S", "task": "scheduled", "repository": "o/n", "expression": "* * * * *"]
        )
        let id: JSONValue = ["id": made["id"] ?? .null]
        try await caller.call("schedules.byId", id)
        try await caller.call("schedules.list", nil)
        #expect(try await caller.call("service.overview", nil)["slots"]?.array?.count == 1)
        try await caller.call("schedules.update", ["id": made["id"] ?? .null, "ref": "main"])
        try await caller.call("schedules.pause", ["id": made["id"] ?? .null, "note": "n"])
        try await caller.call("schedules.resume", id)
        try await caller.call("schedules.pauseAll", nil)
        try await caller.call("schedules.pauseState", nil)
        try await caller.call("schedules.resumeAll", nil)
        try await caller.call("schedules.runNow", id)
        try await caller.call("schedules.preview", ["expression": "H H * * *"])
        try await caller.call("schedules.slots", id)
        let day: JSONValue = ["id": made["id"] ?? .null, "from": "2025-05-18T00:00:00Z", "to": "2025-05-19T00:00:00Z"]
        try await caller.call("schedules.backfill", day)
        try await caller.call("schedules.delete", id)
    }

    private func changeTokens(_ caller: inout Caller, _ store: Store) async throws {
        try await caller.call("tokens.create", ["name": "for-ever", "role": "read"])
        let made = try await caller.call("tokens.create", ["name": "ci", "role": "admin", "expiresIn": 60])
        let id = try #require(made["id"]?.string)
        store.noteUse(of: AccessToken.ID(rawValue: id))
        try await caller.call("tokens.revoke", ["id": .string(id)])
        #expect(try await caller.call("tokens.list", nil).array?.count == 2)
        for via in AuditEntry.Via.allCases {
            for outcome in AuditEntry.Outcome.allCases {
                let entry = AuditEntry(
                    at: store.clock.now,
                    actor: "\u{202E}",
                    role: .operate,
                    via: via,
                    procedure: "tasks.create",
                    outcome: outcome,
                    target: outcome == .done ? "x" : nil,
                    detail: outcome == .done ? #"{"fields":["name"]}"# : nil
                )
                try await store.audit(entry)
            }
        }
        #expect(try await caller.call("audit.list", nil).array?.count == 2 * AuditEntry.Via.allCases.count)
    }

    private static let settings: JSONValue = [
        "environment": ["A": "1", "B_2": ""],
        "limits": ["startup": 0.5, "idle": 60, "total": 3600, "deadline": 2_592_000],
        "push": ["branch": "agent/work"], "maxConcurrent": 3, "priority": -5,
    ]
}

/// Calls procedures and holds their answers against their schemas.
private struct Caller {
    let table: ProcedureTable
    private(set) var called: Set<String> = []

    init(table: ProcedureTable) {
        self.table = table
    }

    @discardableResult
    mutating func call(_ path: String, _ input: JSONValue?) async throws -> JSONValue {
        let procedure = try #require(table.procedures[path])
        called.insert(path)
        var bytes: [UInt8] = []
        switch try await procedure.call(input, Procedure.Context()) {
        case .json(let json): bytes = json
        case .pieces(let pieces): for try await piece in pieces { bytes += piece }
        case .undefined, .deferred, .events: throw TestFailure("\(path) answers in a way of its own")
        }
        let value = try JSONValue(parsing: bytes)
        #expect(throws: Never.self, "\(path): \(String(decoding: bytes, as: UTF8.self))") {
            _ = try procedure.output.validated(value)
        }
        return value
    }
}

/// Runs in every state that there is.
private struct Scenes {
    let service: TestService

    func all() async throws -> [Run.ID] {
        var runs: [Run.ID] = []
        for ending in Self.endings { runs.append(try await ended(ending)) }
        let cancelled = try await service.store.someRun()
        runs.append(try await service.store.cancelRun(cancelled.id).id)
        runs.append(try await service.store.runningRun().id)
        runs.append(try await service.store.someRun("starting").id)
        _ = try await service.store.admitRuns(caps: Admission.Caps(global: 1000), runtime: .docker)
        runs.append(try await service.store.someRun("waiting").id)
        _ = try await service.store.admitRuns(caps: Admission.Caps(global: 0), runtime: .docker)
        runs.append(try await service.store.someRun("new").id)
        return runs
    }

    private static var endings: [RunState] {
        [.succeeded(nil), .succeeded(.nothingToDo), .cancelled, .lost]
            + FailureReason.allCases.map(RunState.failed) + RunState.TimeLimit.allCases.map(RunState.timedOut)
    }

    private func ended(_ state: RunState) async throws -> Run.ID {
        let store = service.store
        let run = try await store.runningRun().id
        try await store.setCommit("0123456789012345678901234567890123456789", of: run)
        try await store.appendNotice(Array(#"{"type":"internal","message":{}}"#.utf8), to: run, step: 0)
        let lines = Message.Kind.allCases.filter { $0 != .notice }.map { kind in
            IngestedLine.message(
                NewMessage(kind: kind, body: Array(#"{"type":"\#(kind.rawValue)","message":{}}"#.utf8))
            )
        }
        try await store.append(lines, to: run)
        try await store.setResult(work(state), of: run)
        let usage = AgentUsage(inputTokens: .max, outputTokens: 1, costUSD: 0.123_456_789, isEstimated: true, turns: 2)
        try await store.setUsage(usage, of: store.execution(of: run, step: 0))
        try await store.finishRun(run, RunEnding(state: state, detail: "d\r\n\u{1}"))
        return run
    }

    private func work(_ state: RunState) -> WorkExport {
        let commit = WorkExport.Commit(
            sha: "a1",
            author: "A \"B\"",
            email: "",
            at: Timestamp(milliseconds: 0),
            subject: "\u{1F600}\n"
        )
        return WorkExport(
            base: state.name == .lost ? nil : "b",
            head: nil,
            branch: "main",
            commits: [commit, commit],
            bundleBytes: state.name == .failed ? nil : 5,
            patchBytes: state.name == .lost ? nil : 7,
            notices: ["n"],
            pushedTo: "agent/work"
        )
    }
}
