package import Logging
package import Model
package import Repositories
import ServiceLifecycle
package import Store

/// Removes what is kept no longer: rows, the folders that belong to them, and mirrors that nobody uses.
///
/// It decides nothing of runs, but it reaches the folders through the runtime and the mirrors through Repositories, of
/// which Store knows nothing. All is done in small writes with pauses, so that nobody waits for it.
package actor Upkeep: Service {
    /// When it works.
    package struct Times: Hashable, Sendable {
        /// How long after the start the first pass begins.
        package var delay = Duration.seconds(300)
        /// Between two passes at least, whatever expires meanwhile.
        package var shortest = Duration.seconds(3600)
        /// Between two passes at most: what is too many for its task does not expire by its age.
        package var longest = Duration.seconds(86_400)

        package init() {}
    }

    /// How long after its end a run stays at least: until then its course is at what it left.
    private static let grace = Duration.seconds(3600)

    private let store: Store
    private let leftovers: Leftovers
    private let repositories: Repositories
    private let policy: Setting<RetentionPolicy>
    private let clock: any TimerClock
    private let times: Times
    private let logger: Logger
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation
    private var steadiness: ClockSteadiness

    /// Makes the upkeep.
    ///
    /// - Parameters:
    ///   - store: What is kept small.
    ///   - leftovers: Removes the folders of runs.
    ///   - repositories: Where the mirrors are.
    ///   - policy: How long what is kept.
    ///   - clock: Wakes it; it must show the store's time.
    ///   - times: When it works.
    ///   - logger: Where it says what it removed.
    package init(
        store: Store,
        leftovers: Leftovers,
        repositories: Repositories,
        policy: Setting<RetentionPolicy>,
        clock: any TimerClock,
        times: Times = Times(),
        logger: Logger
    ) {
        self.store = store
        self.leftovers = leftovers
        self.repositories = repositories
        self.policy = policy
        self.clock = clock
        self.times = times
        self.logger = logger
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        steadiness = ClockSteadiness(clock.now)
    }

    /// Has it look at once, above all after a change of the policy.
    package nonisolated func wake() { call.yield() }

    package func run() async throws {
        let alarm = Alarm(clock: clock)
        alarm.set(clock.now + times.delay)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { [call = self.call] in await alarm.run { call.yield() } }
                for await _ in self.calls { alarm.set(await self.attempt()) }
                group.cancelAll()
            }
        }
    }

    /// Makes a pass and answers when the next is due; what fails is tried again then.
    private func attempt() async -> Timestamp {
        do {
            // A clock that was set by accident must not cost what is kept: what it shows is believed at the next look.
            if steadiness.hasJumped(to: clock.now) {
                logger.warning("the clock has jumped; nothing expires now", metadata: ["message.id": "clock_jumped"])
                return clock.now + times.shortest
            }
            try await pass()
            let next = try await store.nextExpiry(policy.current) ?? clock.now + times.longest
            return max(clock.now + times.shortest, min(next, clock.now + times.longest))
        } catch {
            if !Task.isCancelled {
                logger.error("the upkeep failed", metadata: ["message.id": "store_failed", "error": "\(error)"])
            }
            return clock.now + times.shortest
        }
    }

    /// Removes everything that has expired by now.
    package func pass() async throws {
        var removal = try await removeRows()
        removal += try await removeTooMany()
        let folders = try await removeFolders()
        let mirrors = try await removeMirrors()
        while try await gently({ try await store.giveBackRoom() }) {}
        guard !removal.isNothing || folders + mirrors > 0 else { return }
        logger.info(
            "what has expired is removed",
            metadata: [
                "message.id": "upkeep_done", "runs": "\(removal.runs)", "messages": "\(removal.messages)",
                "results": "\(removal.results)", "slots": "\(removal.slots)", "audit": "\(removal.changes)",
                "folders": "\(folders)",
                "mirrors": "\(mirrors)",
            ]
        )
    }

    private func removeRows() async throws -> Removal {
        let policy = policy.current
        var sum = Removal()
        if let limit = limit(policy.messages) {
            sum += try await all { try await $0.removeTranscripts(ofRunsEndedBefore: limit) }
        }
        if let limit = limit(policy.results) {
            sum += try await all { try await $0.removeResults(ofRunsEndedBefore: limit) }
        }
        if let limit = limit(policy.runs) { sum += try await all { try await $0.removeRuns(.endedBefore(limit)) } }
        if let age = policy.slots {
            let limit = clock.now - age
            sum += try await all { try await $0.removeSlots(before: limit) }
        }
        if let age = policy.audit {
            let limit = clock.now - age
            sum += try await all { try await $0.removeAudit(before: limit) }
        }
        return sum
    }

    private func removeTooMany() async throws -> Removal {
        guard let most = policy.current.runsPerTask, let limit = limit(.zero) else { return Removal() }
        var sum = Removal()
        for (task, newest) in try await store.overfullTasks(keeping: most) {
            sum += try await all { try await $0.removeRuns(.ofTask(task, through: newest, endedBefore: limit)) }
        }
        return sum
    }

    private func removeFolders() async throws -> Int {
        var count = 0
        while true {
            let folders = try await store.expiredFolders(limit: 64)
            let gone = await leftovers.discard(folders)
            try await store.forgetFolders(of: gone)
            count += gone.count
            // What cannot be removed now is tried with the next pass.
            guard gone.count == folders.count, !folders.isEmpty else { return count }
        }
    }

    private func removeMirrors() async throws -> Int {
        guard let age = policy.current.mirrors else { return 0 }
        let active = try await store.activeRuns().map(\.repository)
        return try await repositories.removeMirrors(unusedSince: clock.now - age, keeping: active)
    }

    /// Before when what ends so long ago is too old; nil when it is kept for ever.
    private func limit(_ age: Duration?) -> Timestamp? {
        age.map { clock.now - max($0, Self.grace) }
    }

    /// Calls for removals until nothing is removed.
    private func all(_ step: (Store) async throws -> Removal) async throws -> Removal {
        var sum = Removal()
        while true {
            let removal = try await gently { try await step(store) }
            guard !removal.isNothing else { return sum }
            sum += removal
        }
    }

    /// Leaves the writer as much time as the step took.
    private func gently<Answer>(_ step: () async throws -> Answer) async throws -> Answer {
        try Task.checkCancellation()
        let began = ContinuousClock.now
        let answer = try await step()
        try await Task.sleep(for: min(began.duration(to: .now), .milliseconds(100)))
        return answer
    }
}

extension Upkeep {
    package nonisolated var description: String { "Upkeep" }
}
