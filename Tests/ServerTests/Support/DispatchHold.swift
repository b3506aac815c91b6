import Dispatch

/// Holds a thread, as a blocking call does, until a test lets it go.
final class DispatchHold: Sendable {
    private let released = DispatchSemaphore(value: 0)
    private let beginnings: AsyncStream<Void>
    private let beginning: AsyncStream<Void>.Continuation

    init() {
        (beginnings, beginning) = AsyncStream.makeStream()
    }

    func hold() {
        beginning.yield()
        released.wait()
    }

    /// Returns when a thread is held.
    func begun() async {
        for await _ in beginnings { break }
    }

    func release() {
        released.signal()
    }
}
