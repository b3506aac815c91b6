/// Tells when everything that a start waits for has come about.
struct Readiness: Sendable {
    private let count: Int
    private let steps: AsyncStream<Void>
    private let step: AsyncStream<Void>.Continuation

    /// - Parameter count: How many parts there are.
    init(of count: Int) {
        self.count = count
        (steps, step) = AsyncStream.makeStream()
    }

    /// Called by each part once.
    @Sendable
    func reached() {
        step.yield()
    }

    /// Returns when every part is there, or the task is cancelled; for one caller.
    func wait() async {
        guard count > 0 else { return }
        var left = count
        for await _ in steps {
            left -= 1
            if left == 0 { return }
        }
    }
}
