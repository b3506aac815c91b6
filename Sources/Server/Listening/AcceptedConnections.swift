import Synchronization

/// Connections on their way from the event loops, which set them up, to whoever serves them.
///
/// None may be lost between the two, cancelled or not: a connection that was set up must be served to its end.
final class AcceptedConnections<Connection: Sendable>: Sendable {
    private struct State {
        var waiting: [Connection] = []
        /// How many are being set up.
        var pending = 0
        var isOver = false
        var reader: CheckedContinuation<Void, Never>?

        /// Whether there is something to take, or never will be again.
        var isReady: Bool { !waiting.isEmpty || (isOver && pending == 0) }
    }

    private let state = Mutex(State())

    /// Says that a connection is about to be set up; answers false when none is wanted any more.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isOver else { return false }
            state.pending += 1
            return true
        }
    }

    /// Whether no connection is being set up.
    var isSettled: Bool { state.withLock { $0.pending == 0 } }

    /// Ends what `begin` began.
    ///
    /// - Parameter connection: Nil when it could not be set up.
    func end(_ connection: Connection?) {
        change { state in
            state.pending -= 1
            if let connection { state.waiting.append(connection) }
        }
    }

    /// Says that no more are wanted.
    func finish() {
        change { $0.isOver = true }
    }

    /// The next connections, for one caller; nil when there will be no more. Cancellation does not end the waiting.
    func next() async -> [Connection]? {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if !state.isReady { state.reader = continuation }
                return state.isReady
            }
            if isReady { continuation.resume() }
        }
        return state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting.isEmpty ? nil : state.waiting
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let reader = state.withLock { state in
            body(&state)
            guard state.isReady else { return CheckedContinuation<Void, Never>?.none }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }
}
