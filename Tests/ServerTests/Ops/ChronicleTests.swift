import Model
import Store
import TestSupport
import Testing

/// What the log says of a run's way.
@Suite(.timeLimit(.minutes(1))) struct ChronicleTests {
    @Test func eachChangeOfARunIsOneLineWithItsNames() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let run = try await service.store.runningRun()
            // A repeated move changes nothing, and is not told.
            try await service.store.moveRun(run.id, to: .running)
            try await service.store.finishRun(run.id, RunEnding(state: .failed(.agentError), detail: "Its last words"))
            _ = try await service.store.retryRun(run.id)
            let entries = scene.log.text.split(separator: "\n").filter { $0.contains(#""run.id": \#(run.id)"#) }
            let events = entries.compactMap { $0.firstMatch(of: /"message\.id": (\w+)/)?.output.1 }
            #expect(events == ["run_queued", "run_starting", "run_running", "run_failed"])
            #expect(entries.allSatisfy { $0.contains(#""task.id": \#(run.taskID)"#) })
            #expect(entries.last?.contains(#""run.reason": agent_error"#) == true)
            // What the agent said is nobody's log.
            #expect(!entries.contains { $0.contains("last words") })
        }
    }
}
