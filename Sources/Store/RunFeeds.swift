import Model
import Synchronization

/// Where commits are announced: a tail per run that somebody reads, and bells.
///
/// A run that nobody reads costs nothing here.
final class RunFeeds: Sendable {
    /// What a bell rings for.
    enum Subject: Hashable, Sendable {
        /// A change of a run's row.
        case run(Run.ID)
        /// The queue, and the places under the caps.
        case queue
        /// New notices.
        case notices
        /// Every commit.
        case all
        /// Whether the disk is full.
        case room
    }

    struct State {
        var tails: [Run.ID: (tail: RunTail, readers: Int)] = [:]
        var bells: [Subject: [UInt64: Bell]] = [:]
        var scheduleWatchers: [UInt64: AsyncStream<ScheduleChange>.Continuation] = [:]
        var lastKey: UInt64 = 0
    }

    let state = Mutex(State())

    func announce(_ effects: CommitEffects) {
        let (tails, bells, watchers) = state.withLock { state in
            let runs = effects.ended.union(effects.items.keys)
            let tails = runs.compactMap { run in state.tails[run].map { (run, $0.tail) } }
            var subjects = effects.changed.map(Subject.run) + [.all]
            if effects.rangBell { subjects.append(.queue) }
            if effects.hasNotices { subjects.append(.notices) }
            let bells = subjects.flatMap { state.bells[$0].map { Array($0.values) } ?? [] }
            return (tails, bells, effects.schedules.isEmpty ? [] : Array(state.scheduleWatchers.values))
        }
        for (run, tail) in tails {
            tail.append(effects.items[run] ?? [], isLast: effects.ended.contains(run))
        }
        for bell in bells { bell.ring() }
        for watcher in watchers { for change in effects.schedules { watcher.yield(change) } }
    }

    /// Rings the queue's bell without a commit.
    func ringQueue() { ring(.queue) }

    /// Rings for those who wait for the disk to become full, or to have room again.
    func ringRoom() { ring(.room) }

    private func ring(_ subject: Subject) {
        for bell in state.withLock({ $0.bells[subject].map { Array($0.values) } ?? [] }) { bell.ring() }
    }

    /// Every change of schedules from now on.
    func scheduleChanges() -> AsyncStream<ScheduleChange> {
        let (stream, continuation) = AsyncStream.makeStream(of: ScheduleChange.self)
        let key = state.withLock { state in
            state.lastKey += 1
            state.scheduleWatchers[state.lastKey] = continuation
            return state.lastKey
        }
        continuation.onTermination = { [self] _ in state.withLock { _ = $0.scheduleWatchers.removeValue(forKey: key) } }
        return stream
    }

    /// The tail of a run, kept until its last reader leaves.
    func join(_ run: Run.ID) -> RunTail {
        state.withLock { state in
            let tail = state.tails[run]?.tail ?? RunTail()
            state.tails[run, default: (tail, 0)].readers += 1
            return tail
        }
    }

    func leave(_ run: Run.ID) {
        state.withLock { state in
            guard let entry = state.tails[run] else { return }
            state.tails[run] = entry.readers > 1 ? (entry.tail, entry.readers - 1) : nil
        }
    }

    /// A bell that rings at every change, and once at first.
    func bell(of subject: Subject) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let bell = Bell(continuation: continuation)
        let key = state.withLock { state in
            state.lastKey += 1
            state.bells[subject, default: [:]][state.lastKey] = bell
            return state.lastKey
        }
        continuation.onTermination = { [self] _ in remove(key, of: subject) }
        return stream
    }

    private func remove(_ key: UInt64, of subject: Subject) {
        state.withLock { state in
            state.bells[subject]?[key] = nil
            if state.bells[subject]?.isEmpty == true { state.bells[subject] = nil }
        }
    }
}

/// Wakes one listener; rings that come while it is busy become one.
struct Bell: Sendable {
    let continuation: AsyncStream<Void>.Continuation

    func ring() {
        continuation.yield()
    }
}
