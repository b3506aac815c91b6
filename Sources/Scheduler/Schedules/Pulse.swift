package import Model
import Synchronization

/// Tells whether the loop over schedules is on time.
package final class Pulse: Sendable {
    private struct State {
        var looked: Timestamp?
        var next: Timestamp?
        var nextDue: (due: Timestamp, number: Int64)?
        var hear: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let hearLateness: @Sendable (Duration) -> Void
    private let hearLook: @Sendable (Duration) -> Void

    /// - Parameters:
    ///   - lateness: Told of each slot that became a run: how long after it was due.
    ///   - look: Told how long each look at what is due took.
    package init(
        lateness: @escaping @Sendable (Duration) -> Void = { _ in },
        look: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        hearLateness = lateness
        hearLook = look
    }

    /// When the loop had done all that was due; nil until it first had.
    ///
    /// While nothing comes due this is now: a loop that sleeps because there is nothing to do is on time.
    package func lastOnTime(now: Timestamp) -> Timestamp? {
        state.withLock { state in
            guard let looked = state.looked else { return nil }
            guard let next = state.next else { return max(now, looked) }
            return now <= next ? max(now, looked) : max(looked, next)
        }
    }

    /// When the next schedule comes due, and its number; nil for never, or while nothing was looked at.
    package var nextDue: (due: Timestamp, number: Int64)? { state.withLock { $0.nextDue } }

    /// Has someone told after each look from now on.
    package func report(to hear: @escaping @Sendable () -> Void) {
        state.withLock { $0.hear = hear }
    }

    func looked(at now: Timestamp, next: Timestamp?, nextDue: (due: Timestamp, number: Int64)?, took: Duration) {
        let hear = state.withLock { state in
            state.looked = now
            state.next = next
            state.nextDue = nextDue
            return state.hear
        }
        hearLook(took)
        hear()
    }

    func started(after lateness: Duration) {
        hearLateness(lateness)
    }
}
