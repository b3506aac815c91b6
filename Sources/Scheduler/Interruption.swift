import Model
import Store

/// What ends a run from outside.
enum Interruption: Hashable, Sendable {
    /// Somebody asked for it.
    case cancelled
    /// The run's deadline has come.
    case deadline
    /// The disk with the state is full, or was while the run was on.
    case noRoom

    var ending: CourseEnding {
        switch self {
        case .cancelled: CourseEnding(.cancelled)
        case .deadline: CourseEnding(.timedOut(.total))
        case .noRoom: .failed(.storage, "The disk with the service's state was full, so that active runs were ended.")
        }
    }
}

/// Watches for what ends a run from outside.
struct InterruptionWatch: Sendable {
    /// What became of work that may be interrupted.
    enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        case interrupted(Interruption)
    }

    let store: Store
    let run: Run.ID
    /// On the clock that does not jump.
    let deadline: ContinuousClock.Instant
    /// When the run's course began, as `Store.roomMark` has it.
    let roomMark: Int

    init(store: Store, run: Run.ID, deadline: ContinuousClock.Instant, roomMark: Int? = nil) {
        self.store = store
        self.run = run
        self.deadline = deadline
        self.roomMark = roomMark ?? store.roomMark
    }

    /// Why the run is to end, if it is by now.
    func current() async throws -> Interruption? {
        if try await isCancelled() { return .cancelled }
        if store.wasOutOfRoom(since: roomMark) { return .noRoom }
        return deadline <= .now ? .deadline : nil
    }

    /// Whether somebody asked for the run's end.
    func isCancelled() async throws -> Bool {
        try await store.run(run).cancelRequestedAt != nil
    }

    /// Returns when the run is to end, or throws `CancellationError`.
    func wait() async throws -> Interruption {
        try await withThrowingTaskGroup(of: Interruption.self) { group in
            group.addTask { try await waitForCancel() }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                return .deadline
            }
            group.addTask {
                for await _ in store.roomBell() where store.wasOutOfRoom(since: roomMark) { return .noRoom }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Performs `body` unless the run is to end before it is done; it is then cancelled.
    func unlessInterrupted<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Outcome<Value> {
        try await race(body) { try await wait() }
    }

    /// Performs `body` unless somebody asks for the run's end and the grace is over before it is done.
    ///
    /// - Returns: What `body` gave; nil when it was cancelled.
    func unlessCancelled<Value: Sendable>(
        grace: Duration = .zero,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let outcome = try await race(body) {
            let interruption = try await waitForCancel()
            try await Task.sleep(for: grace)
            return interruption
        }
        guard case .done(let value) = outcome else { return nil }
        return value
    }

    private func waitForCancel() async throws -> Interruption {
        for await _ in store.changes(of: run) {
            if try await isCancelled() { return .cancelled }
        }
        throw CancellationError()
    }

    private func race<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value,
        _ interruption: @escaping @Sendable () async throws -> Interruption
    ) async throws -> Outcome<Value> {
        try await withThrowingTaskGroup(of: Outcome<Value>.self) { group in
            group.addTask { .done(try await body()) }
            group.addTask { .interrupted(try await interruption()) }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
