import Model
import Store

/// What ends a run from outside.
enum Interruption: Hashable, Sendable {
    /// Somebody asked for it.
    case cancelled
    /// The run's deadline has come.
    case deadline

    var state: RunState {
        switch self {
        case .cancelled: .cancelled
        case .deadline: .timedOut(.total)
        }
    }
}

/// Watches for what ends a run from outside.
struct InterruptionWatch: Sendable {
    let store: Store
    let run: Run.ID
    /// On the clock that does not jump.
    let deadline: ContinuousClock.Instant

    /// Returns when the run is to end, or throws `CancellationError`.
    func wait() async throws -> Interruption {
        try await withThrowingTaskGroup(of: Interruption.self) { group in
            group.addTask {
                for await _ in store.changes(of: run) {
                    if try await store.run(run).cancelRequestedAt != nil { return .cancelled }
                }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                return .deadline
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Performs `body` unless the run is to end before it is done; it is then cancelled and the interruption returned.
    func unlessInterrupted(_ body: @escaping @Sendable () async throws -> Void) async throws -> Interruption? {
        try await withThrowingTaskGroup(of: Interruption?.self) { group in
            group.addTask {
                try await body()
                return nil
            }
            group.addTask { try await wait() }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
