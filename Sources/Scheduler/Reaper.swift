package import Logging
package import Model
import ServiceLifecycle
package import Store

/// Removes what a runtime has and no run needs any more: containers and volumes that a crash left behind.
///
/// It removes only what carries this installation's label, belongs to no active run, is older than the grace and was
/// seen in two passes; and only while the runtime is healthy.
package actor Reaper: Service {
    /// How patient the reaper is.
    package struct Settings: Hashable, Sendable {
        /// How old something must be; far more than any call that makes an instance may take.
        package var grace: Duration
        /// The time between two passes.
        package var period: Duration

        package init(grace: Duration, period: Duration) {
            self.grace = grace
            self.period = period
        }
    }

    private let store: Store
    private let runtime: any Runtime
    private let settings: Settings
    private let deadline: @Sendable (AgentTask) -> Duration
    private let logger: Logger
    private let clock = ContinuousClock()
    private var seen: [String: ContinuousClock.Instant] = [:]
    /// How far apart the two clocks were at the last pass.
    private var offset: Duration?
    private let start = ContinuousClock.now

    /// Makes a reaper.
    ///
    /// - Parameters:
    ///   - store: Where the runs are.
    ///   - runtime: What is looked through.
    ///   - settings: How patient it is.
    ///   - deadline: How long a run of a task may take.
    ///   - logger: Where every removal is told.
    package init(
        store: Store,
        runtime: any Runtime,
        settings: Settings,
        deadline: @escaping @Sendable (AgentTask) -> Duration,
        logger: Logger
    ) {
        self.store = store
        self.runtime = runtime
        self.settings = settings
        self.deadline = deadline
        self.logger = logger
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await self.pass()
                } catch let error as RuntimeError {
                    self.logger.notice("the reaper waits for the runtime", metadata: ["error": "\(error)"])
                } catch  where !(error is CancellationError) {
                    self.logger.error("a pass of the reaper failed", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: self.settings.period)
            }
        }
    }

    /// Looks through the runtime once.
    ///
    /// - Parameter isDryRun: Whether nothing is removed and nothing counts as seen.
    /// - Returns: What it found, in the runtime's order.
    /// - Throws: `RuntimeError` while the runtime is away.
    package func pass(isDryRun: Bool = false) async throws -> [ReaperFinding] {
        try await runtime.check()
        // Taken before the listing: what is made after this has its row already, but is not in it.
        let active = try await deadlines()
        let sightings = try await runtime.sightings()
        let knowledge = Reaping.Knowledge(active: active, seen: seen)
        let moment = Reaping.Moment(
            wall: store.clock.now,
            monotonic: clock.now,
            grace: settings.grace,
            period: settings.period
        )
        let mayRemove = !isDryRun && clocksAgree(moment)
        var findings: [ReaperFinding] = []
        var waiting: [String: ContinuousClock.Instant] = [:]
        for sighting in sightings {
            let decision = Reaping.decide(sighting, knowledge, moment)
            var isRemoved = false
            switch decision {
            case .keep(.firstSighting): waiting[sighting.id] = seen[sighting.id] ?? moment.monotonic
            case .remove(let reason) where mayRemove: isRemoved = await remove(sighting, reason)
            default: break
            }
            if case .remove = decision, !isRemoved { waiting[sighting.id] = seen[sighting.id] }
            findings.append(ReaperFinding(sighting: sighting, decision: decision, isRemoved: isRemoved))
        }
        if !isDryRun { seen = waiting }
        return findings
    }

    /// Removes one thing; looks at the last moment once more whether a run has it.
    private func remove(_ sighting: InstanceSighting, _ reason: Reaping.Reason) async -> Bool {
        do {
            if reason == .untracked, let run = sighting.run, try await isActive(run) { return false }
            guard try await runtime.remove(sighting) else { return false }
            logger.warning(
                "the reaper has removed what was left behind",
                metadata: [
                    "reaper.kind": "\(sighting.kind.rawValue)", "reaper.id": "\(sighting.id)",
                    "reaper.reason": "\(reason.rawValue)", "run.id": "\(sighting.run?.rawValue ?? "")",
                ]
            )
            return true
        } catch {
            logger.error(
                "the reaper cannot remove what was left behind",
                metadata: ["reaper.id": "\(sighting.id)", "error": "\(error)"]
            )
            return false
        }
    }

    private func isActive(_ run: Run.ID) async throws -> Bool {
        do {
            return try await store.run(run).state.isActive
        } catch let error as StoreError where error.code == .notFound {
            return false
        }
    }

    private func deadlines() async throws -> [Run.ID: Timestamp] {
        var deadlines: [Run.ID: Timestamp] = [:]
        for run in try await store.activeRuns() {
            deadlines[run.id] = run.began + deadline(try await store.task(of: run))
        }
        return deadlines
    }

    /// Whether the wall clock has gone on with the other one since the last pass; when it jumped, ages say nothing.
    private func clocksAgree(_ moment: Reaping.Moment) -> Bool {
        let now = (moment.wall - Timestamp(milliseconds: 0)) - start.duration(to: moment.monotonic)
        let change = offset.map { now - $0 } ?? .zero
        offset = now
        guard abs(change / .seconds(1)) < 60 else {
            logger.warning("the clock has jumped; the reaper removes nothing in this pass")
            return false
        }
        return true
    }
}

extension Reaper {
    package nonisolated var description: String { "Reaper" }
}
