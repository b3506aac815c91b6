/// Work that has only so much time.
enum Deadline {
    /// The time was over first; the work was cancelled and has ended.
    struct Exceeded: Error {}

    static func run<Value: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            if let value = try await group.next() ?? nil { return value }
            group.cancelAll()
            // How the cancelled work ends is of no interest, only that it has ended.
            try? await group.waitForAll()
            throw Exceeded()
        }
    }
}
