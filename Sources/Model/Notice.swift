/// Something that somebody outside is to be told, once and reliably.
package struct Notice: Hashable, Sendable {
    package typealias ID = Model.ID<Notice>

    /// What has happened, as receivers are told.
    package enum Kind: String, CaseIterable, Sendable {
        case runFailed = "run.failed"
        case runRecovered = "run.recovered"
        case scheduleOverdue = "schedule.overdue"
        case scheduleRecovered = "schedule.recovered"
        /// Nothing: a person tries whether notices arrive.
        case test
    }

    /// What an operator may ask to be told of.
    package enum Event: String, CaseIterable, Sendable {
        /// A run ended without success and is not tried again.
        case failure
        /// The first success after a failure that was told, or of a schedule that was told to be overdue.
        case recovery
        /// A schedule has had no success for much longer than its times are apart.
        case overdue
    }

    /// By which a receiver knows a notice that it has had.
    package var id: ID
    package var kind: Kind
    /// When it happened.
    package var at: Timestamp
    /// What is told, as a JSON object; made with the notice, so that every attempt sends the same.
    package var data: String
    /// How often it was tried in vain.
    package var attempts: Int

    package init(id: ID, kind: Kind, at: Timestamp, data: String, attempts: Int = 0) {
        self.id = id
        self.kind = kind
        self.at = at
        self.data = data
        self.attempts = attempts
    }
}
