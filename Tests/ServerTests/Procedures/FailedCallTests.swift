import Server
import TestSupport
import Testing

/// What operators are told of calls that failed.
@Suite(.timeLimit(.minutes(1))) struct FailedCallTests {
    private struct Trouble: Error, CustomStringConvertible { let description = "the disk is gone" }

    @Test func aCallThatFailsInsideIsToldOnceAndOneThatIsRefusedIsNot() async throws {
        var settings = TestService.Settings()
        settings.extraProcedures = [
            Procedure("test.trouble", .query, input: nil, output: .any, handler: { _ in throw Trouble() }),
            Procedure(
                "test.internal",
                .query,
                input: nil,
                output: .any,
                handler: { _ in throw RPCError(.internalServerError, "nothing goes") }
            ),
            Procedure(
                "test.refusal",
                .query,
                input: nil,
                output: .any,
                handler: { _ in throw RPCError(.conflict, "not now") }
            ),
        ]
        try await TestService.run(settings) { service in
            var statuses: [Int] = []
            for name in ["test.trouble", "test.internal", "test.refusal", "test.nothing"] {
                statuses.append(try await service.query(name).status)
            }
            #expect(statuses == [500, 500, 409, 404])
            let lines = service.log.lines(of: "call_failed")
            #expect(lines.count == 2)
            #expect(lines.first?.contains(#""rpc.path": test.trouble"#) == true)
            #expect(lines.first?.contains(#""error": the disk is gone"#) == true)
            #expect(lines.last?.contains(#""error": nothing goes"#) == true)
        }
    }
}
