import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// Who changed what.
@Suite(.timeLimit(.minutes(10))) struct AuditTests {
    /// The entries, oldest first, as `actor via procedure target outcome`.
    private static func entries(_ service: TestService) async throws -> [String] {
        try await service.store.audit(Store.AuditFilter(limit: 500)).reversed().map(\.entry).map { entry in
            "\(entry.actor) \(entry.via) \(entry.procedure) \(entry.target ?? "-") \(entry.outcome)"
        }
    }

    @Test func everyChangeIsKeptAndNoReading() async throws {
        try await TestService.run { service in
            let task = try await service.mutate("tasks.create", ["name": "Tidy", "steps": [["instructions": "Do."]]])
            #expect(task.status == 400)
            let steps: JSONValue = [["instructions": "Do.", "checks": ""]]
            let made = try await service.mutate("tasks.create", ["name": "Tidy", "steps": steps])
            let id = try #require(made.data?["id"]?.string)
            _ = try await service.mutate("tasks.update", ["id": "tidy", "name": "Tidy", "steps": steps])
            let run = try await service.mutate("runs.create", ["taskId": "tidy", "repository": "owner/name"])
            let runID = try #require(run.data?["id"]?.string)
            _ = try await service.mutate("runs.cancel", ["id": .string(runID)])
            _ = try await service.mutate("runs.cancel", ["id": "nobody"])
            _ = try await service.mutate("schedules.pauseAll", [:])
            _ = try await service.mutate("schedules.resumeAll", [:])
            _ = try await service.mutate("service.reload", [:])
            for query in ["tasks.list", "runs.list", "tokens.list", "audit.list"] {
                #expect(try await service.query(query).status == 200)
            }
            _ = try await service.get("/")
            #expect(
                try await Self.entries(service) == [
                    "loopback loopback tasks.create \(id) done", "loopback loopback tasks.update tidy done",
                    "loopback loopback runs.create \(runID) done", "loopback loopback runs.cancel \(runID) done",
                    "loopback loopback schedules.pauseAll - done", "loopback loopback schedules.resumeAll - done",
                    "loopback loopback service.reload - done",
                ]
            )
        }
    }

    @Test func whoItWasIsToldByWhatTheyShowed() async throws {
        try await AccessScene.run {
            $0.token = "0123456789abcdef"
        } _: { scene in
            let token = try await scene.token("ann", .operate)
            let cookie = try await scene.cookie(token)
            let path = "/trpc/schedules.pauseAll"
            _ = try await scene.ask("POST", path, AccessScene.bearer("0123456789abcdef"), [:])
            _ = try await scene.ask("POST", path, AccessScene.bearer(token), [:])
            _ = try await scene.ask("POST", path, ["Cookie": cookie, "Origin": scene.service.base], [:])
            _ = try await scene.ask("POST", "/trpc/tasks.delete", AccessScene.bearer(token), ["id": "tidy"])
            _ = try await scene.ask("POST", path, AccessScene.bearer("ct_wrong"), [:])
            _ = try await scene.ask("POST", path, [:], [:])
            let entries = try await Self.entries(scene.service)
            let id = try #require(scene.service.store.tokens.first?.id)
            let own = try #require(entries.first?.prefix { $0 != ")" })
            #expect(own.wholeMatch(of: /uid [0-9]+ \([a-z0-9_-]+/) != nil)
            #expect(
                entries == [
                    "\(own)) unix tokens.create \(id) done", "ann token session.create - done",
                    "token_file token schedules.pauseAll - done", "ann token schedules.pauseAll - done",
                    "ann session schedules.pauseAll - done", "ann token tasks.delete tidy refused",
                ]
            )
        }
    }

    @Test func aMutationOfEveryKindLeavesAnEntryWhenRefused() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("reader", .read)
            let table = ProcedureTable.caretaker(store: scene.service.store, operations: scene.service.operations)
            let mutations = table.procedures.values.filter { $0.kind == .mutation }.map(\.name).sorted()
            for name in mutations {
                _ = try await scene.ask("POST", "/trpc/\(name)", AccessScene.bearer(token), ["id": "x"])
            }
            let entries = try await Self.entries(scene.service).dropFirst()
            #expect(
                Array(entries)
                    == mutations.map { name in
                        // Whoever looks at no input is not told one.
                        "reader token \(name) \(table.procedures[name]?.input == nil ? "-" : "x") refused"
                    }
            )
        }
    }

    @Test func whatIsKeptOfACallHoldsNoSecret() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("boss", .admin)
            let secret = "s3cr3t-value"
            let input: JSONValue = [
                "name": "Tidy", "steps": [["instructions": .string("Use \(secret)."), "checks": ""]],
                "settings": ["environment": ["KEY": .string(secret)]], "\(secret)": "unknown",
            ]
            _ = try await scene.ask("POST", "/trpc/tasks.create", AccessScene.bearer(token), input)
            let run: JSONValue = ["taskId": "tidy", "repository": .string("https://u:\(secret)@h/r"), "ref": "main"]
            _ = try await scene.ask("POST", "/trpc/runs.create", AccessScene.bearer(token), run)
            let answer = try await scene.ask("GET", "/trpc/audit.list", AccessScene.bearer(token))
            #expect(!answer.text.contains(secret) && !answer.text.contains(token))
            let entries = try #require(try JSONValue(parsing: answer.body)["result"]?["data"]?.array)
            #expect(
                entries.map { $0["detail"] } == [
                    ["taskId": "tidy", "fields": ["taskId", "repository", "ref"]],
                    ["name": "Tidy", "fields": ["name", "steps", "settings"]],
                    ["name": "boss", "role": "admin", "fields": ["name", "role"]],
                ]
            )
        }
    }

    @Test func theListIsReadInPagesAndFromATimeOn() async throws {
        try await AccessScene.run { scene in
            let token = try await scene.token("boss", .admin)
            for _ in 0..<4 {
                scene.clock.advance(by: .seconds(3600))
                _ = try await scene.ask("POST", "/trpc/schedules.pauseAll", AccessScene.bearer(token), [:])
            }
            func numbers(_ input: JSONValue) async throws -> [Int?] {
                let text = TestService.percentEncoded(String(decoding: input.encoded, as: UTF8.self))
                let answer = try await scene.ask("GET", "/trpc/audit.list?input=\(text)", AccessScene.bearer(token))
                return try #require(try JSONValue(parsing: answer.body)["result"]?["data"]?.array).map {
                    $0["number"]?.int
                }
            }
            #expect(try await numbers([:]) == [5, 4, 3, 2, 1])
            #expect(try await numbers(["limit": 2]) == [5, 4])
            #expect(try await numbers(["limit": 2, "before": 4]) == [3, 2])
            #expect(try await numbers(["since": "2025-05-19T15:00:00Z"]) == [5, 4])
        }
    }
}
