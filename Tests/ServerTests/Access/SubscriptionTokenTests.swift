import AgentStream
import Curl
import Model
import Server
import Store
import TestSupport
import Testing

/// A token where a browser can put one: into the query of a subscription.
@Suite(.timeLimit(.minutes(10))) struct SubscriptionTokenTests {
    private static let token = "ct_0123456789abcdefghij"

    private static var settings: TestService.Settings {
        var settings = TestService.Settings()
        settings.token = token
        return settings
    }

    private static func parameters(_ token: String) -> String {
        "connectionParams=" + TestService.percentEncoded("{\"token\":\"\(token)\"}")
    }

    @Test(arguments: ["", "x", "\(token)x", String(token.dropLast()), token.uppercased()])
    func anotherTokenOpensNothing(_ wrong: String) async throws {
        try await TestService.run(Self.settings) { service in
            let run = try await service.store.someRun().id
            var reader = try await service.subscribe(
                "runs.onMessage",
                ["id": .string(run.rawValue)],
                parameters: Self.parameters(wrong)
            )
            let events = try await reader.rest()
            #expect(reader.status == 200)
            #expect(events.map(\.name) == ["connected", "serialized-error"])
            #expect(events.last?.json?["code"] == -32001)
        }
    }

    @Test func theTokenOpensASubscriptionAndNothingElse() async throws {
        try await TestService.run(Self.settings) { service in
            let run = try await service.store.cancelRun(service.store.someRun().id).id
            let parameters = Self.parameters(Self.token)
            var reader = try await service.subscribe(
                "runs.onMessage",
                ["id": .string(run.rawValue)],
                parameters: parameters
            )
            #expect(try await reader.rest().map(\.name) == ["connected", "return"])
            for path in ["/trpc/tasks.list?", "/trpc/tasks.list?batch=1&", "/runs/\(run)/events?", "/?"] {
                #expect(try await service.get(path + parameters).status == 401, "\(path)")
            }
            let lines = try await service.get(
                "/trpc/tasks.list?batch=1&\(parameters)",
                ["trpc-accept": "application/jsonl"]
            )
            #expect(lines.text.contains("UNAUTHORIZED"))
            #expect(!lines.text.contains("result"))
            #expect(!service.log.text.contains(Self.token))
        }
    }

    @Test func noProcedureIsCalledWithoutTheToken() async throws {
        let procedures = ReferenceProcedures()
        var settings = Self.settings
        settings.extraProcedures = procedures.all
        try await TestService.run(settings) { service in
            let table = ProcedureTable.caretaker(
                store: service.store,
                operations: service.operations,
                extra: procedures.all
            )
            for procedure in table.procedures.values {
                let isMutation = procedure.kind == .mutation
                for suffix in ["", "?batch=1"] where procedure.kind != .subscription || suffix.isEmpty {
                    let answer = try await service.client.send(
                        HTTPRequest(
                            method: isMutation ? "POST" : "GET",
                            url: "\(service.base)/trpc/\(procedure.name)\(suffix)",
                            headers: ["content-type": "application/json"],
                            body: isMutation ? Array("{}".utf8) : nil
                        )
                    )
                    #expect(answer.status == (procedure.kind == .subscription ? 200 : 401), "\(procedure.name)")
                    #expect(answer.text.contains("UNAUTHORIZED"), "\(procedure.name)")
                }
            }
        }
    }

    @Test func aFaultDoesNotLogTheToken() async throws {
        try await TestService.run(Self.settings) { service in
            try await service.store.close()
            let parameters = Self.parameters(Self.token)
            var reader = try await service.subscribe("runs.onMessage", ["id": "x"], parameters: parameters)
            #expect(try await reader.rest().last?.json?["code"] == -32603)
            #expect(service.log.text.contains("failed"))
            #expect(!service.log.text.contains(Self.token))
        }
    }
}
