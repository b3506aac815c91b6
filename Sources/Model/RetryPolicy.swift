/// When a run that failed is tried again by itself.
package struct RetryPolicy: Hashable, Sendable, Codable {
    /// How many runs there may be in all, the first included.
    package var attempts: Int
    /// Seconds until the second attempt; each further wait is twice as long.
    package var backoff: Double?
    /// The longest wait in seconds, before jitter; an hour when absent, or the first wait if that is longer.
    package var maxBackoff: Double?
    /// Whether a run is tried again although its prompt may have reached the agent, which may then do its work twice.
    package var afterDelivery: Bool?

    package init(attempts: Int, backoff: Double? = nil, maxBackoff: Double? = nil, afterDelivery: Bool? = nil) {
        self.attempts = attempts
        self.backoff = backoff
        self.maxBackoff = maxBackoff
        self.afterDelivery = afterDelivery
    }

    /// The wait before the next attempt; nil when there is to be none.
    ///
    /// - Parameters:
    ///   - state: How the run ended.
    ///   - attempt: Which attempt it was, from 1.
    ///   - wasDelivered: Whether its prompt may have reached the agent.
    ///   - chance: A number from 0 to 1, which spreads the wait over its upper half.
    /// - Returns: The wait.
    package func wait(after state: RunState, attempt: Int, wasDelivered: Bool, chance: Double) -> Duration? {
        guard attempt < attempts, case .failed(let reason) = state, reason.mayPass else { return nil }
        guard !wasDelivered || afterDelivery == true else { return nil }
        let first = backoff ?? 30
        let longest = min(first * Double(1 << min(attempt - 1, 30)), maxBackoff ?? max(first, 3600))
        return .milliseconds(Int64(longest * (0.5 + chance / 2) * 1000))
    }
}

extension FailureReason {
    /// Whether the same run may well succeed later.
    package var mayPass: Bool {
        switch self {
        case .fetchFailed, .createFailed, .startTimeout, .rateLimited, .overloaded: true
        default: false
        }
    }
}
