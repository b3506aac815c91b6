import AgentStream
import Curl
import Foundation
import Model
import OpsMetrics
import Server
import Store
import TestSupport
import Testing

/// What a scrape is told.
@Suite(.timeLimit(.minutes(1))) struct MetricsPageTests {
    /// The samples of a scrape by their names and labels.
    private static func samples(_ service: TestService) async throws -> [String: Double] {
        let answer = try await service.get("/metrics")
        #expect(answer.status == 200)
        return answer.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.reduce(into: [:]) { samples, line in
            guard let blank = line.lastIndex(of: " ") else { return }
            samples[String(line[..<blank])] = Double(line[blank...].dropFirst())
        }
    }

    @Test func theFormatIsNegotiated() async throws {
        try await TestService.run(OpsScene().settings) { service in
            let text = try await service.get("/metrics")
            #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(text.headers["vary"] == "Accept")
            let open = try await service.get("/metrics", ["accept": "application/openmetrics-text;version=1.0.0"])
            #expect(open.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
            #expect(open.text.hasSuffix("# EOF\n"))
        }
    }

    @Test func runsAreCountedAsTheyGo() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let run = try await service.store.runningRun()
            let queued = try await service.store.someRun("Other")
            let during = try await Self.samples(service)
            #expect(during[#"caretaker_runs_active{state="running"}"#] == 1)
            #expect(during[#"caretaker_runs_queued{waiting="none"}"#] == 1)
            #expect(during[#"caretaker_runs_started_total{trigger="manual"}"#] == 1)
            #expect(during[#"caretaker_task_active_runs{task="some-task"}"#] == 1)
            try await service.store.finishRun(run.id, RunEnding(state: .failed(.budget), detail: nil))
            _ = try await service.store.cancelRun(queued.id)
            let after = try await Self.samples(service)
            #expect(after[#"caretaker_runs_finished_total{state="failed",trigger="manual"}"#] == 1)
            #expect(after[#"caretaker_runs_finished_total{state="cancelled",trigger="manual"}"#] == 1)
            #expect(after[#"caretaker_run_failures_total{reason="budget",state="failed"}"#] == 1)
            #expect(after[#"caretaker_task_consecutive_failures{task="some-task"}"#] == 1)
            #expect(after[#"caretaker_task_consecutive_failures{task="other"}"#] == 0)
            #expect(after[#"caretaker_task_runs_finished_total{state="failed",task="some-task"}"#] == 1)
            #expect(after[#"caretaker_runs_active{state="running"}"#] == 0)
        }
    }

    @Test func aSuccessEndsARowOfFailures() async throws {
        try await TestService.run(OpsScene().settings) { service in
            let store = service.store
            let task = try await store.someTask()
            let ends: [(state: RunState, failures: Int)] = [
                (.failed(.budget), 1), (.lost, 2), (.cancelled, 2), (.succeeded(nil), 0), (.timedOut(.idle), 1),
            ]
            for end in ends {
                let new = NewRun(task: task.slug, repository: "a/b", ref: nil, priority: nil)
                let run = try await store.createRun(new)
                _ = try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
                try await store.finishRun(run.id, RunEnding(state: end.state, detail: nil))
                let figures = try #require(try await store.figures(limit: 10).tasks.first)
                #expect(figures.failuresInARow == end.failures)
            }
            let figures = try #require(try await store.figures(limit: 10).tasks.first)
            #expect(figures.ended.values.reduce(0, +) == 5)
            let success = try #require(figures.lastSuccessAt)
            let failure = try #require(figures.lastFailureAt)
            #expect(failure > success)
        }
    }

    @Test func whatIsDeletedHasNoSeries() async throws {
        try await TestService.run(OpsScene().settings) { service in
            let store = service.store
            let task = try await store.someTask("Gone soon")
            let content = ScheduleContent(
                name: "Nightly",
                task: task.id,
                repository: "a/b",
                ref: nil,
                expression: "0 9 * * 1-5",
                zone: "UTC",
                policy: SchedulePolicy()
            )
            _ = try await store.createSchedule(content, id: Schedule.ID(at: store.clock.now))
            let before = try await Self.samples(service)
            // From Friday to Monday.
            #expect(before[#"caretaker_schedule_interval_seconds{schedule="nightly"}"#] == 259_200.0)
            let next = try #require(before[#"caretaker_schedule_next_slot_timestamp_seconds{schedule="nightly"}"#])
            #expect(next > Double(store.clock.now.seconds) && Int(next) % 3600 == 0)
            #expect(before.keys.contains { $0.contains("gone-soon") })
            _ = try await store.pauseSchedule("nightly", note: nil, by: nil)
            let paused = try await Self.samples(service)
            #expect(paused[#"caretaker_schedule_paused{schedule="nightly"}"#] == 1)
            #expect(paused[#"caretaker_schedules{state="paused"}"#] == 1)
            #expect(paused[#"caretaker_schedule_next_slot_timestamp_seconds{schedule="nightly"}"#] == nil)
            _ = try await store.deleteTask(task.id.rawValue)
            let after = try await Self.samples(service)
            #expect(!after.keys.contains { $0.contains("gone-soon") || $0.contains("nightly") })
        }
    }

    @Test func requestsAndReadersAreCounted() async throws {
        try await TestService.run(OpsScene().settings) { service in
            let run = try await service.store.runningRun()
            _ = try await service.get("/trpc/tasks.list")
            _ = try await service.get("/nowhere")
            let stream = try await service.client.stream(HTTPRequest(url: "\(service.base)/runs/\(run.id)/events"))
            for try await _ in stream.body { break }
            let samples = try await Self.samples(service)
            #expect(samples[#"caretaker_http_requests_total{code="200",method="GET",route="/trpc/{procedure}"}"#] == 1)
            #expect(samples[#"caretaker_http_requests_total{code="404",method="GET",route="other"}"#] == 1)
            #expect(samples[#"caretaker_rpc_requests_total{code="ok",procedure="tasks.list"}"#] == 1)
            #expect(samples[#"caretaker_http_requests_in_flight"#] == 1)
            #expect((samples["caretaker_http_connections"] ?? 0) >= 1)
            #expect(
                samples[#"caretaker_http_requests_total{code="200",method="GET",route="/runs/{id}/events"}"#] == 1
            )
        }
    }

    @Test func countersOutliveTheService() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let run = try await service.store.runningRun()
            try await service.store.succeed(run.id)
            let registry = scene.metrics.registry
            try await TallyKeeper(store: service.store, registry: registry, logger: scene.log.logger).keep()
            let next = OpsScene()
            let keeper = TallyKeeper(store: service.store, registry: next.metrics.registry, logger: scene.log.logger)
            try await keeper.restore()
            #expect(next.metrics.runs.finished["succeeded", "manual"].value == 1)
            next.metrics.runs.finished["succeeded", "manual"].increment()
            try await keeper.keep()
            let kept = try await service.store.tally().first { $0.family == "caretaker_runs_finished_total" }
            #expect(kept?.value == 2)
        }
    }
}
