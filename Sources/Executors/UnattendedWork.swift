import Model
import Synchronization

/// Work for runs that goes on when the task that wanted it is cancelled, because it must not be left half done.
///
/// The cancelled task does not wait for it; who undoes it does.
final class UnattendedWork: Sendable {
    /// How many pieces of work go on.
    private let open = Mutex<[Run.ID: Int]>([:])

    /// Performs `body` to its end, or to the process's, and returns what it gives.
    ///
    /// - Throws: What `body` throws; `CancellationError` as soon as the calling task is cancelled.
    func perform<Value: Sendable>(
        _ run: Run.ID,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let (results, continuation) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        open.withLock { $0[run, default: 0] += 1 }
        // Loose on purpose, and bounded by the deadlines of what it calls: a child would be cancelled or waited for.
        Task {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            leave(run)
            continuation.yield(result)
            continuation.finish()
        }
        for await result in results { return try result.get() }
        throw CancellationError()
    }

    /// Returns when nothing goes on for a run.
    func finish(_ run: Run.ID) async throws {
        while open.withLock({ $0[run] != nil }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func leave(_ run: Run.ID) {
        open.withLock { open in
            let left = (open[run] ?? 1) - 1
            open[run] = left > 0 ? left : nil
        }
    }
}
