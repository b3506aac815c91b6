import Synchronization

/// Rings at the instant that it was last set to.
package final class Alarm: Sendable {
    private struct State {
        var instant: Timestamp?
        /// Whether the instant was set since the sleeper looked.
        var isChanged = false
        var sleeper: CheckedContinuation<Void, Never>?
    }

    private let clock: any TimerClock
    private let state = Mutex(State())

    package init(clock: any TimerClock) {
        self.clock = clock
    }

    /// Sets the instant in the place of the one before; nil is never.
    package func set(_ instant: Timestamp?) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.instant != instant else { return nil }
            state.instant = instant
            state.isChanged = true
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }

    /// Rings until the task is cancelled.
    package func run(_ ring: @escaping @Sendable () -> Void) async {
        while !Task.isCancelled {
            let instant = state.withLock { state in
                state.isChanged = false
                return state.instant
            }
            let isDue = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await self.changed()
                    return false
                }
                if let instant { group.addTask { await self.isDue(instant) } }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
            guard isDue else { continue }
            state.withLock { state in
                if state.instant == instant { state.instant = nil }
            }
            ring()
        }
    }

    /// Sleeps until an instant; false when that was cancelled.
    ///
    /// Without a timer, for want of descriptors for one, whoever listens is woken now and then and looks for himself.
    private func isDue(_ instant: Timestamp) async -> Bool {
        do {
            try await clock.sleep(until: instant)
        } catch is CancellationError {
            return false
        } catch {
            do { try await Task.sleep(for: .seconds(1)) } catch { return false }
        }
        return true
    }

    /// Returns when the instant is set, or the task is cancelled.
    private func changed() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayGo = state.withLock { state in
                    guard !state.isChanged, !Task.isCancelled else { return true }
                    state.sleeper = continuation
                    return false
                }
                if mayGo { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                defer { state.sleeper = nil }
                return state.sleeper
            }
            sleeper?.resume()
        }
    }
}
