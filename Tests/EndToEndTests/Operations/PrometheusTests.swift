import AgentStream
import Foundation
import TestSupport
import Testing

/// Prometheus scrapes the running service.
@Suite(.enabled(if: PrometheusServer.isWanted), .timeLimit(.minutes(2)))
struct PrometheusTests {
    @Test func itFindsFiguresThatAreRight() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await PrometheusServer.run(scraping: service.port, in: service.folder) { server in
                try await server.wait(for: "up", toBe: "1")
                let run = try await service.startRun(["lines 2"], repository: repository.path)
                #expect(try await service.end(of: run).state == "succeeded")
                let failed = try await service.startRun(["error-result"], repository: repository.path)
                #expect(try await service.end(of: failed).state == "failed")
                try await server.wait(for: "sum by (job) (caretaker_runs_finished_total)", toBe: "2")
                try await server.wait(
                    for: #"caretaker_runs_finished_total{state="failed",trigger="manual"}"#,
                    toBe: "1"
                )
                try await server.wait(for: "sum by (job) (caretaker_run_duration_seconds_count)", toBe: "2")
                let slugs = try await server.values("caretaker_task_consecutive_failures", by: "task")
                #expect(slugs == ["a-task-of-the-tests": "0", "a-task-of-the-tests-2": "1"])
                // The task that fails is deleted, and what is told of it ends.
                let tasks = try await service.query("tasks.list").array ?? []
                let task = try #require(tasks.first { $0["slug"] == "a-task-of-the-tests-2" }?["id"])
                _ = try await service.mutate("tasks.delete", ["id": task])
                try await server.wait(for: "count by (job) (caretaker_task_created_timestamp_seconds)", toBe: "1")
                #expect(
                    try await server.values("max by (job) (caretaker_task_consecutive_failures)") == ["caretaker": "0"]
                )
                #expect(try await server.values("min_over_time(up[1m])") == ["caretaker": "1"])
                #expect(try await server.lastError() == "")
            }
        }
    }

    @Test func promtoolHasNothingToSay() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await service.end(of: service.startRun(["lines 2"], repository: repository.path))
            let file = "\(service.folder)/metrics"
            try Data(try await service.get("/metrics")).write(to: URL(fileURLWithPath: file))
            let check = try ChildProcess(
                "/bin/sh",
                ["-c", "/usr/bin/promtool check metrics < \(file) >&2"],
                environment: [:]
            )
            var said: [String] = []
            for await line in check.errorLines { said.append(line) }
            #expect(await check.exit() == 0)
            #expect(said.isEmpty)
        }
    }
}
