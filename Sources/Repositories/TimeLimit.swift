/// Runs a piece of work that is cancelled, and awaited, once it has taken too long.
///
/// Cancelling ends the work's git processes with all that they started, so nothing is left behind.
func withTimeLimit<Result: Sendable>(
    _ limit: Duration,
    _ what: String,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw RepositoryError(.timedOut, "\(what) took longer than \(limit.components.seconds) s and was stopped.")
        }
        return result
    }
}
