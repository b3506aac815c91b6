import Model

/// Repeats calls to an engine that fails for a while.
struct EngineRetry: Sendable {
    /// How often an engine that answers with a failure is asked.
    private static let attempts = 5

    let until: ContinuousClock.Instant

    init(within limit: Duration) {
        until = .now + limit
    }

    /// What is left of the limit, but no less than a call needs to be tried at all.
    var left: Duration { max(.seconds(1), ContinuousClock.now.duration(to: until)) }

    /// Performs `body` until it succeeds or fails for good.
    ///
    /// An engine that is away is asked until the limit; one that answers that it failed, a few times.
    func callAsFunction<Value>(_ body: () async throws -> Value) async throws -> Value {
        var failures = 0
        var pause = Duration.milliseconds(50)
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error as EngineError where error.isTransient {
                if error.code == .server { failures += 1 }
                guard failures < Self.attempts, .now + pause < until else { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
        }
    }
}
