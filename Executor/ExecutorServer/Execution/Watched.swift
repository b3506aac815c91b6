import Synchronization

/// A value that others wait on: every change wakes all who wait, and each looks for itself.
final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var changes = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    var value: Value { state.withLock { $0.value } }

    /// Changes the value and wakes who waits.
    @discardableResult
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, waiters) = state.withLock { state in
            let result = body(&state.value)
            state.changes += 1
            let waiters = Array(state.waiters.values)
            state.waiters = [:]
            return (result, waiters)
        }
        for waiter in waiters { waiter.resume() }
        return result
    }

    /// Waits until `pick` finds something in the value, and returns that.
    ///
    /// - Throws: `CancellationError`, and what `pick` throws.
    func first<Result: Sendable>(_ pick: (inout Value) throws -> Result?) async throws -> Result {
        while true {
            let (found, changes) = try state.withLock { (try pick(&$0.value), $0.changes) }
            if let found { return found }
            try Task.checkCancellation()
            await nextChange(after: changes)
        }
    }

    private func nextChange(after changes: Int) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.changes != changes || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
