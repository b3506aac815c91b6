import Curl
import Model
import OpsMetrics
import Testing

@testable import Store

/// A scrape and the runs do not wait for each other.
@Suite(.timeLimit(.minutes(1))) struct ScrapeIndependenceTests {
    /// The scrape is in the middle of its snapshot of the database and stays there.
    @Test func runsGoOnWhileAScrapeIsStuckInTheDatabase() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            let stuck = DispatchHold()
            scene.metrics.registry.collect("stuck") {
                try await store.read { _ in stuck.hold() }
                return Collected()
            }
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { _ = await scene.metrics.registry.scrape(.text, within: .seconds(3600)) }
                await stuck.begun()
                for _ in 0..<20 {
                    let run = try await store.runningRun().id
                    try await store.appendMessages(1...3, to: run)
                    try await store.succeed(run)
                }
                #expect(scene.metrics.runs.finished["succeeded", "manual"].value == 20)
                stuck.release()
            }
        }
    }

    @Test func whoScrapesSaysHowLongItWaits() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            scene.metrics.registry.collect("never") {
                for await _ in AsyncStream<Never>.makeStream().stream {}
                return Collected()
            }
            let answer = try await service.get("/metrics", ["x-prometheus-scrape-timeout-seconds": "3"])
            #expect(answer.status == 200)
            #expect(answer.text.contains("caretaker_metrics_scrape_errors_total{collector=\"never\"} 1\n"))
            #expect(answer.text.contains("\ncaretaker_tasks 0\n"))
        }
    }
}
