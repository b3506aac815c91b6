import AsyncAlgorithms

/// What a subscription sends: runs until it has no more, or is cancelled because its reader has gone.
package typealias Subscription = @Sendable (EventSink) async throws -> Void

/// One value of a subscription.
package struct SubscriptionEvent: Hashable, Sendable {
    /// JSON on one line.
    package let data: [UInt8]
    /// The id by which a reader can go on after it; nil in a subscription that is not tracked.
    ///
    /// One subscription tracks all its events or none: an EventSource keeps the last id that it saw.
    package let id: String?

    package init(data: [UInt8], id: String? = nil) {
        self.data = data
        self.id = id
    }
}

/// Takes the events of a subscription, at its reader's pace.
package struct EventSink: Sendable {
    let signals: AsyncChannel<SubscriptionSignal>

    /// Returns when the events are on their way.
    ///
    /// - Throws: `CancellationError` when the reader has gone.
    package func send(_ events: [SubscriptionEvent]) async throws {
        await signals.send(.events(events))
        try Task.checkCancellation()
    }
}

/// What comes up while a subscription is served.
enum SubscriptionSignal: Sendable {
    case events([SubscriptionEvent])
    case finished
    case failed(any Error)
    /// There was silence for long.
    case silence
    /// The stream ends without a word: its reader has gone.
    case gone
    /// The stream ends without a word: its reader is to come back.
    case timeIsUp
}
