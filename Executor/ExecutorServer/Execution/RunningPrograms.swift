import Synchronization

/// The orders of all programs that run now, so that signals reach the threads that watch them.
final class RunningPrograms: Sendable {
    private struct State {
        var orders: [ObjectIdentifier: Orders] = [:]
        var whenIdle: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Runs a body while its orders are known here.
    func during<Result>(_ orders: Orders, _ body: () -> Result) -> Result {
        let isLate = state.withLock { state in
            state.orders[ObjectIdentifier(orders)] = orders
            return state.whenIdle != nil
        }
        if isLate { orders.end(.shutdown) }
        let result = body()
        let whenIdle = state.withLock { state in
            state.orders[ObjectIdentifier(orders)] = nil
            return state.orders.isEmpty ? state.whenIdle : nil
        }
        whenIdle?()
        return result
    }

    /// Makes the threads look at their children.
    func wake() {
        for orders in state.withLock({ Array($0.orders.values) }) { orders.wake() }
    }

    /// Ends whatever runs, and calls back when nothing does.
    func shutDown(_ whenIdle: @escaping @Sendable () -> Void) {
        let orders = state.withLock { state in
            state.whenIdle = whenIdle
            return Array(state.orders.values)
        }
        for orders in orders { orders.end(.shutdown) }
        if orders.isEmpty { whenIdle() }
    }
}
