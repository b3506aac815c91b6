import Model

/// Repeats calls to an engine that fails for a while.
struct EngineRetry: Sendable {
    /// How long an engine that answers with a failure is asked: longer than its parts take to come back.
    private static let patience = Duration.seconds(30)

    let until: ContinuousClock.Instant

    init(within limit: Duration) {
        until = .now + limit
    }

    /// What is left of the limit, but no less than a call needs to be tried at all.
    var left: Duration { max(.seconds(1), ContinuousClock.now.duration(to: until)) }

    /// Performs `body` until it succeeds or fails for good.
    ///
    /// An engine that is away is asked until the limit; one that answers that it failed, for a while from then on.
    func callAsFunction<Value>(_ body: () async throws -> Value) async throws -> Value {
        var failing: ContinuousClock.Instant?
        var pause = Duration.milliseconds(50)
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error as EngineError where error.isTransient {
                if error.code == .server, failing == nil { failing = .now }
                let end = min(until, failing.map { $0 + Self.patience } ?? until)
                guard .now + pause < end else { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
        }
    }
}
