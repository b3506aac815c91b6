import CLinux
import Dispatch
import Glibc
package import Model
import Synchronization

/// The machine's wall clock with a timer of the kernel's, which knows of settings of the clock and of suspension.
///
/// It costs nothing while somebody sleeps.
package struct RealtimeClock: TimerClock {
    package init() {}

    package var now: Timestamp { SystemWallClock().now }

    package func sleep(until instant: Timestamp) async throws {
        while now < instant {
            try Task.checkCancellation()
            // It may also end early, because somebody set the clock.
            try await Expiry().wait(until: instant)
        }
    }
}

/// One wait for a kernel timer on the wall clock.
private final class Expiry: Sendable {
    private struct State {
        var waiter: CheckedContinuation<Void, any Error>?
        /// How the wait ended, if it ended before anyone waited.
        var end: Result<Void, any Error>?
    }

    private let state = Mutex(State())

    /// Returns at an instant, and when the clock is set.
    func wait(until instant: Timestamp) async throws {
        let timer = caretaker_timer(instant.milliseconds)
        guard timer >= 0 else { throw TimerFailure(code: errno) }
        let source = DispatchSource.makeReadSource(fileDescriptor: timer, queue: .global())
        source.setCancelHandler { close(timer) }
        source.setEventHandler { [self] in end(.success(())) }
        source.activate()
        defer { source.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let end = state.withLock { state in
                    if state.end == nil { state.waiter = continuation }
                    return state.end
                }
                if let end { continuation.resume(with: end) }
            }
        } onCancel: {
            end(.failure(CancellationError()))
        }
    }

    private func end(_ result: Result<Void, any Error>) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = result }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
    }
}

/// The kernel gave no timer.
private struct TimerFailure: Error {
    let code: Int32
}
