/// Something that others wait for until a test opens it.
package struct Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    package func open() {
        continuation.finish()
    }

    /// Returns when the gate is open, or when the waiting task is cancelled.
    package func wait() async {
        for await _ in stream {}
    }
}
