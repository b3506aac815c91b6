import Testing

@testable import OpsMetrics

/// What those who do things count of them.
@Suite struct FeedTests {
    private struct Failure: Error {}

    private let registry = MetricsRegistry(namespace: "t")

    @Test func anOperationIsCountedByHowItEnds() async throws {
        let metrics = RepositoryMetrics(registry)
        _ = try await metrics.count(.fetch, run: "01jabcdefghjkmnpqrstvwxyz0") { 1 }
        await #expect(throws: Failure.self) { try await metrics.count(.fetch, run: "r") { throw Failure() } }
        // What came to nothing now, and what was given up, is no operation.
        let isDone = { @Sendable (number: Int) in number > 1 }
        _ = try await metrics.count(.fetch, run: "r", when: isDone) { 1 }
        await #expect(throws: CancellationError.self) {
            try await metrics.count(.fetch, run: "r") { throw CancellationError() }
        }
        let parsed = try await registry.parsed()
        let name = "caretaker_repository_operations_total"
        #expect(parsed[name, ["operation": "fetch", "result": "success"]] == 1)
        #expect(parsed[name, ["operation": "fetch", "result": "failure"]] == 1)
        #expect(parsed[name, ["operation": "push", "result": "success"]] == 0)
        #expect(metrics.duration["fetch"].count == 2)
    }

    @Test func aCallOfAProcedureIsCountedByItsCode() async throws {
        let metrics = RPCMetrics(registry, procedures: ["runs.list"], codes: ["NOT_FOUND", "INTERNAL_SERVER_ERROR"])
        metrics.count("runs.list", code: nil)
        metrics.count("runs.list", code: "NOT_FOUND")
        metrics.count("made up", code: "NOT_FOUND")
        let name = "caretaker_rpc_requests_total"
        #expect(
            await registry.lines(name) == [
                #"\#(name){code="internal_server_error",procedure="other"} 0"#,
                #"\#(name){code="internal_server_error",procedure="runs.list"} 0"#,
                #"\#(name){code="not_found",procedure="other"} 1"#,
                #"\#(name){code="not_found",procedure="runs.list"} 1"#,
                #"\#(name){code="ok",procedure="other"} 0"#, #"\#(name){code="ok",procedure="runs.list"} 1"#,
            ]
        )
    }

    @Test func aCallOnTheEngineIsCountedByItsStatus() async throws {
        var words = CaretakerWords()
        words.engineOperations = ["ping"]
        let metrics = EngineMetrics(registry, words)
        for status in [200, 204, 304, 404, 500, nil] { metrics.count("ping", status: status, took: .milliseconds(3)) }
        let parsed = try await registry.parsed()
        for (code, count) in [("2xx", 2.0), ("3xx", 1), ("4xx", 1), ("5xx", 1), ("none", 1)] {
            #expect(parsed["caretaker_engine_requests_total", ["operation": "ping", "code": code]] == count)
        }
        #expect(metrics.duration.count == 6)
    }
}
