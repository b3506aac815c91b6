/// How long a notice waits for its next attempt.
enum Backoff {
    private static let steps: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(1800), .seconds(7200),
    ]
    /// By how much of itself a wait may be longer, so that what failed together is not tried together for ever.
    static let jitter = 0.2
    /// The longest wait that a receiver may ask for.
    static let mostAsked = Duration.seconds(3600)

    /// The wait after an attempt that was in vain.
    ///
    /// - Parameters:
    ///   - failures: How many attempts have been, that one included.
    ///   - asked: How long the receiver asked to be left alone.
    ///   - chance: A number from 0 to 1, which draws the jitter.
    /// - Returns: The wait.
    static func wait(after failures: Int, asked: Duration? = nil, chance: Double) -> Duration {
        let step = steps[min(max(failures, 1), steps.count) - 1]
        return max(step * (1 + jitter * chance), min(asked ?? .zero, mostAsked))
    }
}
