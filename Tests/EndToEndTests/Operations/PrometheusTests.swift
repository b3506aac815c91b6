import AgentStream
import Foundation
import TestSupport
import Testing

/// Prometheus scrapes the running service.
@Suite(.enabled(if: PrometheusServer.isWanted), .timeLimit(.minutes(4)))
struct PrometheusTests {
    @Test func itFindsFiguresThatAreRight() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await PrometheusServer.run(scraping: await service.port, in: service.folder) { server in
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

    /// Scrapes while tasks run, some of which fail.
    @Test func everyScrapeSucceedsAndItsFiguresAreRight() async throws {
        let scrapes: Double = isSoak ? 60 : 15
        let settings = "executors: { max_concurrent: 2 }"
        try await ServiceUnderTest.with(settings: settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            var runs: [String: [String]] = [:]
            let warnings = try await PrometheusServer.run(scraping: await service.port, in: service.folder) { server in
                try await server.wait(for: "up", toBe: "1")
                let tasks = try await Self.makeTasks(service)
                let gate = "\(service.folder)/gate"
                let held = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
                while try await server.value("count_over_time(up[10m])") ?? 0 < scrapes {
                    for (state, task) in tasks {
                        let input: JSONValue = ["taskId": task, "repository": .string(repository.path)]
                        let run = try await service.mutate("runs.create", input)["id"]?.string ?? ""
                        #expect(try await service.end(of: run).state == state)
                        runs[state, default: []].append(run)
                    }
                }
                try await Self.checkQueue(service, server, tasks, repository.path)
                try service.makeFile(gate)
                #expect(try await service.end(of: held).state == "succeeded")
                runs["succeeded", default: []].append(held)
                try await Self.check(runs, service, server)
                #expect(try await server.value("min_over_time(up[10m])") == 1)
                #expect(try await server.value("max_over_time(scrape_duration_seconds[10m])") ?? 9 < 1)
                #expect(try await server.lastError() == "")
            }
            #expect(warnings.isEmpty)
        }
    }

    /// A task whose runs succeed and one whose runs fail, by how they end.
    private static func makeTasks(_ service: ServiceUnderTest) async throws -> [String: JSONValue] {
        var tasks: [String: JSONValue] = [:]
        for (state, step) in [("succeeded", "lines 2"), ("failed", "error-result")] {
            let steps: JSONValue = [["instructions": .string(step), "checks": ""]]
            let task = try await service.mutate("tasks.create", ["name": .string("It \(state)"), "steps": steps])
            tasks[state] = task["id"]
        }
        return tasks
    }

    /// With one place of two taken, two more runs at a gate of their own: one waits.
    private static func checkQueue(
        _ service: ServiceUnderTest,
        _ server: PrometheusServer,
        _ tasks: [String: JSONValue],
        _ repository: String
    ) async throws {
        let gate = "\(service.folder)/second-gate"
        let held = try await service.startRun(["gate \(gate) 1"], repository: repository)
        let queued = try await service.startRun(["lines 1"], repository: repository)
        try await server.wait(for: "sum by (job) (caretaker_runs_active)", toBe: "2")
        try await server.wait(for: #"caretaker_runs_queued{waiting="cap_global"}"#, toBe: "1")
        #expect(try await server.value("sum by (job) (caretaker_runs_queued)") == 1)
        let oldest = try await server.value("caretaker_run_queue_oldest_timestamp_seconds") ?? 0
        #expect(abs(oldest - Date().timeIntervalSince1970) < 60)
        _ = try await service.mutate("runs.cancel", ["id": .string(queued)])
        _ = try await service.mutate("runs.cancel", ["id": .string(held)])
        #expect(try await service.end(of: held).state == "cancelled")
        try await server.wait(for: "sum by (job) (caretaker_runs_queued)", toBe: "0")
        try await server.wait(for: #"sum by (job) (caretaker_runs_finished_total{state="cancelled"})"#, toBe: "2")
    }

    private static func check(
        _ runs: [String: [String]],
        _ service: ServiceUnderTest,
        _ server: PrometheusServer
    ) async throws {
        for (state, runs) in runs {
            let selector = #"caretaker_runs_finished_total{state="\#(state)",trigger="manual"}"#
            try await server.wait(for: selector, toBe: "\(runs.count)")
            #expect(runs.contains(try await server.exemplars(selector).last ?? ""))
        }
        let count = Double(runs.values.reduce(0) { $0 + $1.count })
        let spent = try await server.value("sum by (job) (caretaker_agent_cost_usd_total)") ?? 0
        #expect(abs(spent - count * 0.001) < 1e-6)
        // The agent of the tests says that it is a model that nobody knows.
        let models = try await server.values("caretaker_agent_cost_usd_total > 0", by: "model")
        #expect(Array(models.keys) == ["other"])
        let byTask = try await server.value("sum by (job) (caretaker_task_agent_cost_usd_total)") ?? 0
        #expect(abs(byTask - spent) < 1e-6)
        let failures = try await server.value(#"caretaker_task_consecutive_failures{task="it-failed"}"#)
        #expect(failures == Double(runs["failed"]?.count ?? 0))
        let fetches = #"caretaker_repository_operations_total{operation="fetch",result="success"}"#
        #expect(try await server.value(fetches) ?? 0 >= count)
        let calls = #"caretaker_rpc_requests_total{procedure="runs.create",code="ok"}"#
        #expect(try await server.value(calls) ?? 0 >= count)
        #expect(try await server.value("caretaker_sse_events_sent_total") ?? 0 > count)
        #expect(try await server.value(#"caretaker_db_operation_duration_seconds_count{kind="write"}"#) ?? 0 > count)
        #expect(try await server.value("sum by (job) (caretaker_metrics_series_rejected_total)") == 0)
        #expect(try await server.value("sum by (job) (caretaker_metrics_scrape_errors_total)") == 0)
        #expect(try await server.value("caretaker_build_info") == 1)
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
