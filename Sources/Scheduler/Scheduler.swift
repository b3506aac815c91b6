import AsyncAlgorithms
package import Logging
package import Model
package import Repositories
import ServiceLifecycle
package import Store

/// Decides when a run may start and drives each one's course.
///
/// The database is the queue: a bell wakes the scheduler, rows tell it what to do. Shutting down detaches: courses stop
/// where they are, executors go on, and the next start walks the same courses again.
package struct Scheduler: Service {
    private let parts: CourseParts
    private let settings: Setting<SchedulerSettings>
    private let clock: any TimerClock
    private let hasRecovered: @Sendable () -> Void

    /// Makes a scheduler.
    ///
    /// - Parameters:
    ///   - store: Where runs are.
    ///   - repositories: Where their code comes from.
    ///   - runtime: What runs executors.
    ///   - settings: What the configuration says.
    ///   - clock: Wakes it when a retry's time comes; it must show the store's time.
    ///   - logger: Where it says what it does.
    ///   - failpoints: Where tests have it die.
    ///   - hasRecovered: Called once it knows all runs that an earlier service left active.
    package init(
        store: Store,
        repositories: Repositories,
        runtime: any Runtime,
        settings: Setting<SchedulerSettings>,
        clock: any TimerClock,
        logger: Logger,
        failpoints: Failpoints = .fromEnvironment(),
        hasRecovered: @escaping @Sendable () -> Void = {}
    ) {
        self.settings = settings
        self.hasRecovered = hasRecovered
        self.clock = clock
        parts = CourseParts(
            store: store,
            repositories: repositories,
            runtime: runtime,
            configured: settings,
            failpoints: failpoints,
            logger: logger
        )
    }

    package func run() async throws {
        let bell = parts.store.queueBell()
        let recovered = try await parts.store.activeRuns()
        parts.logger.info("the scheduler is ready", metadata: ["runs.recovered": "\(recovered.count)"])
        hasRecovered()
        await withDiscardingTaskGroup { group in
            group.addTask { await Leftovers(parts: parts).clear() }
            for run in recovered {
                let parts = await parts.telling(of: run)
                parts.logger.info("a run is taken up again", metadata: ["message.id": "run_recovered"])
                group.addTask { await RunCourse(run: run, parts: parts).follow() }
            }
            let (calls, call) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let alarm = Alarm(clock: clock)
            group.addTask { for await _ in bell { call.yield() } }
            group.addTask { await alarm.run { call.yield() } }
            for await _ in calls.cancelOnGracefulShutdown() {
                let (admitted, next) = await admit()
                for run in admitted {
                    group.addTask { await RunCourse(run: run, parts: await parts.telling(of: run)).follow() }
                }
                // When a retry's time comes nobody rings.
                alarm.set(next)
            }
            group.cancelAll()
        }
    }

    /// The runs that may start now; a store that refuses, for example on a full disk, is asked again.
    private func admit() async -> (admitted: [Run], next: Timestamp?) {
        while !Task.isCancelled {
            do {
                try await cancelWhenGracefulShutdown { try await waitForRuntime() }
                let runs = try await parts.store.admitRuns(caps: settings.current.caps, runtime: parts.runtime.kind)
                return (runs, try await parts.store.nextRetry())
            } catch is CancellationError {
                break
            } catch {
                parts.logger.error(
                    "runs cannot be admitted",
                    metadata: ["message.id": "store_failed", "error": "\(error)"]
                )
                try? await Task.sleep(for: .seconds(1))
            }
        }
        return ([], nil)
    }

    /// Returns when runs may be started, or when none waits; meanwhile the queue says what it waits for.
    private func waitForRuntime() async throws {
        var pause = Duration.milliseconds(500)
        var wasAway = false
        while try await parts.store.hasQueuedRuns() {
            do {
                try await parts.runtime.check()
                if wasAway { parts.logger.notice("the runtime is back", metadata: ["message.id": "engine_back"]) }
                return
            } catch let error as RuntimeError {
                if !wasAway {
                    parts.logger.warning(
                        "the runtime is not available",
                        metadata: ["message.id": "engine_lost", "error": "\(error)"]
                    )
                }
                wasAway = true
                guard try await parts.store.holdQueue(for: .runtimeUnavailable) else { return }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(10))
        }
    }
}

extension Scheduler: CustomStringConvertible {
    package var description: String { "Scheduler" }
}
