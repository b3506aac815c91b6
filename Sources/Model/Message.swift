/// One entry of a run's story: a line of the agent or a notice of the service.
package struct Message: Hashable, Sendable {
    /// What an entry is; the agent's own types, and the service's.
    package enum Kind: String, CaseIterable, Sendable {
        case assistant
        case user
        case system
        case result
        case rateLimit = "rate_limit_event"
        /// Said by the service.
        case notice
        /// No JSON, or no UTF-8.
        case raw
        /// Like `raw`, and cut at the line limit.
        case cut
        /// JSON of a type that is not known.
        case other
    }

    package var runID: Run.ID
    /// Counts from 1 without gaps over all steps.
    package var seq: Int
    package var at: Timestamp
    /// The step's number from 0; the service's notices carry the step that they belong to.
    package var step: Int
    package var kind: Kind
    /// The agent's bytes exactly, without the newline.
    package var body: [UInt8]

    package init(runID: Run.ID, seq: Int, at: Timestamp, step: Int, kind: Kind, body: [UInt8]) {
        self.runID = runID
        self.seq = seq
        self.at = at
        self.step = step
        self.kind = kind
        self.body = body
    }
}

/// A message that has no number yet.
package struct NewMessage: Hashable, Sendable {
    package var kind: Message.Kind
    package var body: [UInt8]

    package init(kind: Message.Kind, body: [UInt8]) {
        self.kind = kind
        self.body = body
    }
}
