/// The clock on the wall: what people mean by "at half past two"; it can jump.
package protocol WallClock: Sendable {
    var now: Timestamp { get }
}

/// A wall clock that can also wake somebody.
package protocol TimerClock: WallClock {
    /// Returns at `instant`, at once when it has passed, or throws `CancellationError`.
    func sleep(until instant: Timestamp) async throws
}
