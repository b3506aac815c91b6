import Foundation
package import Model
import Synchronization

/// A wall clock that only a test moves; who sleeps wakes when it gets there, or is set.
package final class SimulatedClock: TimerClock {
    private struct State {
        package var now: Timestamp
        var sleepers: [UUID: (until: Timestamp, waiter: CheckedContinuation<Void, any Error>)] = [:]
        /// Who waits until somebody sleeps.
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    package init(_ now: Timestamp) {
        state = Mutex(State(now: now))
    }

    package var now: Timestamp { state.withLock { $0.now } }

    /// Sets the clock, forwards or backwards.
    package func set(_ now: Timestamp) {
        let due = state.withLock { state in
            state.now = now
            let due = state.sleepers.filter { $0.value.until <= now }
            for key in due.keys { state.sleepers[key] = nil }
            return due
        }
        for sleeper in due.values { sleeper.waiter.resume() }
    }

    package func advance(by duration: Duration) {
        set(now + duration)
    }

    /// Until when somebody sleeps, as soon as somebody does.
    package func nextSleeper() async -> Timestamp {
        while true {
            if let until = state.withLock({ $0.sleepers.values.map(\.until).min() }) { return until }
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    guard state.sleepers.isEmpty else { return true }
                    state.watchers.append(continuation)
                    return false
                }
                if isThere { continuation.resume() }
            }
        }
    }

    package func sleep(until instant: Timestamp) async throws {
        let key = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (mayGo, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                    guard state.now < instant, !Task.isCancelled else { return (true, []) }
                    state.sleepers[key] = (instant, continuation)
                    defer { state.watchers = [] }
                    return (false, state.watchers)
                }
                for watcher in watchers { watcher.resume() }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { $0.sleepers.removeValue(forKey: key)?.waiter }
            waiter?.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}
