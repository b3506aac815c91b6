import Journal
import Logging
import Model
import Scheduler
import ServiceLifecycle
import Store
import UnixSignals

/// Ends the service when SIGTERM or SIGINT comes, after what the configuration says about active runs.
///
/// While it waits for runs everything else goes on, so that people can watch; a second signal ends the waiting.
struct StopSignals: Sendable {
    let store: Store
    let live: LiveConfiguration
    let manager: SystemdNotify
    let logger: Logger

    /// Returns when the service may shut down, or the task is cancelled.
    func wait() async {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let (calls, call) = AsyncStream.makeStream(of: Void.self)
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in signals { call.yield() } }
            for await _ in calls { break }
            if !Task.isCancelled { await follow(live.stop.current, calls, call) }
            group.cancelAll()
        }
    }

    /// Returns when no run is active, at the next call, or when that takes too long.
    private func follow(
        _ plan: StopPlan,
        _ calls: AsyncStream<Void>,
        _ call: AsyncStream<Void>.Continuation
    ) async {
        if plan.mode != .detach { admitNoMore() }
        logger.info("stopping", metadata: ["message.id": "service_stopping", "on.stop": "\(plan.mode.rawValue)"])
        manager.stopping("stopping: \(plan.mode.rawValue)")
        guard plan.mode != .detach else { return }
        await withDiscardingTaskGroup { group in
            group.addTask {
                await clear(plan.mode)
                call.yield()
            }
            group.addTask {
                try? await Task.sleep(for: plan.timeout)
                call.yield()
            }
            group.addTask { await askForTime() }
            for await _ in calls { break }
            group.cancelAll()
        }
    }

    private func admitNoMore() {
        var settings = live.scheduler.current
        settings.caps.global = 0
        live.scheduler.set(settings)
    }

    /// Returns when no run is active.
    private func clear(_ mode: StopMode) async {
        for await _ in store.queueBell() {
            do {
                let active = try await store.activeRuns()
                if active.isEmpty { return }
                if mode == .cancel { for run in active { _ = try await store.cancelRun(run.id) } }
            } catch {
                logger.error(
                    "active runs cannot be waited for",
                    metadata: ["message.id": "store_failed", "error": "\(error)"]
                )
                return
            }
        }
    }

    /// Keeps the manager from killing what is still wanted.
    private func askForTime() async {
        while !Task.isCancelled {
            manager.extendTimeout(by: .seconds(30))
            try? await Task.sleep(for: .seconds(10))
        }
    }
}
