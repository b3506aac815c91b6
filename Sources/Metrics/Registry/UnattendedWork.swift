import Synchronization

/// Work that may hang, one piece of which at most goes on, whether or not somebody still waits for it.
///
/// Whoever comes while it goes on waits for what that piece gives, so that what hangs is begun once and not anew for
/// everyone who asks.
package final class UnattendedWork<Value: Sendable>: Sendable {
    private typealias Outcome = Result<Value, any Error>

    private struct State {
        var isOn = false
        var waiters: [UInt64: AsyncStream<Outcome>.Continuation] = [:]
        var lastKey: UInt64 = 0
    }

    private let work: @Sendable () async throws -> Value
    private let state = Mutex(State())

    package init(_ work: @escaping @Sendable () async throws -> Value) {
        self.work = work
    }

    /// What the work gives; nil when the time is up before, or the waiting task is cancelled.
    ///
    /// - Throws: What the work throws.
    package func value(within limit: Duration) async throws -> Value? {
        let outcomes = join()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                for await outcome in outcomes { return try outcome.get() }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func join() -> AsyncStream<Outcome> {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Outcome.self)
        let (key, mustStart) = state.withLock { state in
            state.lastKey += 1
            state.waiters[state.lastKey] = continuation
            defer { state.isOn = true }
            return (state.lastKey, !state.isOn)
        }
        continuation.onTermination = { [self] _ in state.withLock { _ = $0.waiters.removeValue(forKey: key) } }
        // Loose on purpose: a child would be waited for, however long it hangs.
        if mustStart { Task { await perform() } }
        return outcomes
    }

    private func perform() async {
        let outcome: Outcome
        do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
        let waiters = state.withLock { state in
            defer { (state.isOn, state.waiters) = (false, [:]) }
            return state.waiters.values
        }
        for waiter in waiters {
            waiter.yield(outcome)
            waiter.finish()
        }
    }
}
