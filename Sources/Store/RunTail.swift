import DequeModule
import Model
import Synchronization

/// The newest entries of one run, encoded once and shared by all who read it live.
///
/// Bounded: who falls behind reads the store.
final class RunTail: Sendable {
    static let maximumEntries = 1024
    static let maximumBytes = 1 << 20

    /// How much of all that was ever here a reader has had, or will never have.
    struct Place: Hashable, Sendable {
        var entries: Int
        /// How many of them were partial texts, which only this tail has.
        var partials: Int
    }

    /// What a reader finds at its place.
    enum Taken: Hashable, Sendable {
        case frames([RunFrame], position: Place)
        /// Entries that the reader has not seen are gone from here; it goes on at `position` after reading the store.
        case behind(position: Place)
        /// The reader has seen all that is here; it goes on at `position`.
        case nothingYet(position: Place)
    }

    struct State {
        var frames: Deque<RunFrame> = []
        /// The position of the first frame.
        var base = 0
        /// How many partial texts there have been.
        var partials = 0
        var bytes = 0
        var isLast = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    let state = Mutex(State())

    func append(_ items: [CommitEffects.Item], isLast: Bool) {
        let waiters = state.withLock { state in
            for item in items {
                let frame = RunFrame(item)
                state.frames.append(frame)
                state.bytes += frame.json.count
                if frame.seq == nil { state.partials += 1 }
            }
            while state.frames.count > Self.maximumEntries || state.bytes > Self.maximumBytes,
                let first = state.frames.popFirst()
            {
                state.bytes -= first.json.count
                state.base += 1
            }
            state.isLast = state.isLast || isLast
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// The frames from `position` on that a reader of the messages up to `seq` has not seen.
    ///
    /// - Parameters:
    ///   - position: Where the reader is; nil when it has not been here.
    ///   - seq: The number of the last message that it has.
    ///   - limit: About how many bytes it takes at once.
    /// - Returns: The frames, or where the reader goes on.
    func take(from position: Place?, after seq: Int, limit: Int) -> Taken {
        state.withLock { state in
            let end = Place(entries: state.base + state.frames.count, partials: state.partials)
            guard let position, position.entries >= state.base else { return .behind(position: end) }
            var frames: [RunFrame] = []
            var bytes = 0
            var next = position
            var last = seq
            while next.entries < end.entries, bytes < limit {
                let frame = state.frames[next.entries - state.base]
                next.entries += 1
                if frame.seq == nil { next.partials += 1 }
                if let number = frame.seq {
                    guard number > last else { continue }
                    guard number == last + 1 else { return .behind(position: end) }
                    last = number
                }
                frames.append(frame)
                bytes += frame.json.count
            }
            if !frames.isEmpty { return .frames(frames, position: next) }
            // The last word is the store's: it knows whether all was seen.
            return state.isLast ? .behind(position: end) : .nothingYet(position: next)
        }
    }

    /// Returns when there may be more than a reader at `position` has seen, or when the task is cancelled.
    func wait(beyond position: Place) async {
        let key = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || state.isLast || state.base + state.frames.count > position.entries {
                        return true
                    }
                    state.waiters[key] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }
}
