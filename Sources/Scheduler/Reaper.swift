package import Logging
package import Model
import ServiceLifecycle
package import Store

/// Removes what is there and no run needs any more: containers, volumes and folders that a crash left behind.
///
/// It removes only what is this installation's, belongs to no active run, is older than the grace and was seen in two
/// passes; and only while the runtime is healthy.
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
    private let settings: Setting<Settings>
    private let deadline: @Sendable (AgentTask) -> Duration
    private let clearLeftovers: @Sendable () async -> Void
    private let logger: Logger
    private var hear: @Sendable (ReaperPass) -> Void = { _ in }
    private let clock = ContinuousClock()
    private var seen: [String: ContinuousClock.Instant] = [:]
    /// What has been told to be there past its run's deadline.
    private var told: Set<String> = []
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
    ///   - clearLeftovers: Clears what runs that have ended left; called after each pass of its own.
    ///   - logger: Where every removal is told.
    package init(
        store: Store,
        runtime: any Runtime,
        settings: Setting<Settings>,
        deadline: @escaping @Sendable (AgentTask) -> Duration,
        clearLeftovers: @escaping @Sendable () async -> Void,
        logger: Logger
    ) {
        self.store = store
        self.runtime = runtime
        self.settings = settings
        self.deadline = deadline
        self.clearLeftovers = clearLeftovers
        self.logger = logger
    }

    /// Has every pass from now on reported that may remove something.
    package func report(to hear: @escaping @Sendable (ReaperPass) -> Void) {
        self.hear = hear
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await self.pass()
                    await self.clearLeftovers()
                } catch let error as RuntimeError {
                    await self.hear(.failed)
                    self.logger.notice("the reaper waits for the runtime", metadata: ["error": "\(error)"])
                } catch  where !(error is CancellationError) {
                    await self.hear(.failed)
                    self.logger.error("a pass of the reaper failed", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: self.settings.current.period)
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
        let sightings = try await runtime.sightings() + strayFolders()
        let knowledge = Reaping.Knowledge(active: active, seen: seen)
        let moment = Reaping.Moment(
            wall: store.clock.now,
            monotonic: clock.now,
            grace: settings.current.grace,
            period: settings.current.period
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
        if !isDryRun {
            seen = waiting
            tell(of: findings)
            hear(.done(findings))
        }
        return findings
    }

    /// The folders that no run ever had, as far as the database knows.
    private func strayFolders() async throws -> [InstanceSighting] {
        var strays: [InstanceSighting] = []
        for run in await runtime.leftovers() where try await state(of: run) == nil {
            strays.append(
                InstanceSighting(
                    kind: .folder,
                    id: run.rawValue,
                    isOurs: true,
                    run: run,
                    createdAt: nil,
                    state: nil,
                    image: nil
                )
            )
        }
        return strays
    }

    /// Tells once of each thing that an active run has past its deadline.
    private func tell(of findings: [ReaperFinding]) {
        let late = findings.filter { $0.decision == .keep(.pastDeadline) }.map(\.sighting)
        for sighting in late where !told.contains(sighting.id) {
            logger.warning("a run has something past its deadline", metadata: metadata(sighting, "reaper_overdue"))
        }
        told = Set(late.map(\.id))
    }

    /// Removes one thing; looks at the last moment once more whether a run has it.
    private func remove(_ sighting: InstanceSighting, _ reason: Reaping.Reason) async -> Bool {
        var metadata = metadata(sighting, "reaper_removed")
        do {
            if let run = sighting.run, try await state(of: run)?.isActive == true { return false }
            guard try await take(sighting) else { return false }
            metadata["reaper.reason"] = "\(reason.rawValue)"
            logger.warning("the reaper has removed what was left behind", metadata: metadata)
            return true
        } catch {
            metadata["message.id"] = "reaper_failed"
            metadata["error"] = "\(error)"
            logger.error("the reaper cannot remove what was left behind", metadata: metadata)
            return false
        }
    }

    private func take(_ sighting: InstanceSighting) async throws -> Bool {
        guard sighting.kind == .folder, let run = sighting.run else { return try await runtime.remove(sighting) }
        // An executor may listen in it.
        try await runtime.stop(run)
        try await runtime.clean(run)
        return true
    }

    private func metadata(_ sighting: InstanceSighting, _ event: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "message.id": "\(event)", "reaper.kind": "\(sighting.kind.rawValue)", "reaper.id": "\(sighting.id)",
        ]
        if let run = sighting.run { metadata["run.id"] = "\(run)" }
        if let instance = sighting.instance { metadata["instance.id"] = "\(instance)" }
        if sighting.kind == .container { metadata["container.id"] = "\(Instance.shortContainer(sighting.id))" }
        return metadata
    }

    /// A run's state; nil when there is no such run.
    private func state(of run: Run.ID) async throws -> RunState? {
        do {
            return try await store.run(run).state
        } catch let error as StoreError where error.code == .notFound {
            return nil
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
            logger.warning(
                "the clock has jumped; the reaper removes nothing in this pass",
                metadata: ["message.id": "clock_jumped"]
            )
            return false
        }
        return true
    }
}

extension Reaper {
    package nonisolated var description: String { "Reaper" }
}
