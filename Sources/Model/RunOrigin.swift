/// What a run owes its existence to.
package struct RunOrigin: Hashable, Sendable {
    /// What made it.
    package enum Trigger: String, CaseIterable, Sendable {
        /// A person or a program that called.
        case manual
        /// A slot that came due.
        case schedule
        /// A slot of the past that a person asked for.
        case backfill
        /// The failure of the run before it.
        case retry
    }

    package var trigger: Trigger
    package var schedule: Schedule.ID?
    /// The instant at which the schedule was due; at most one run has it.
    package var slot: Timestamp?
    /// Which attempt it is, from 1.
    package var attempt: Int
    /// Before then it is not started.
    package var notBefore: Timestamp?
    /// A command to run in the workspace before the agent.
    package var precheck: [String]?
    /// Whether it waits for the end of its schedule's earlier runs.
    package var isSerial: Bool
    /// Whether a pause of its schedule holds it: nobody asked for it in person.
    package var isHeldByPause: Bool

    package init(
        trigger: Trigger,
        schedule: Schedule.ID? = nil,
        slot: Timestamp? = nil,
        attempt: Int = 1,
        notBefore: Timestamp? = nil,
        precheck: [String]? = nil,
        isSerial: Bool = false,
        isHeldByPause: Bool = false
    ) {
        self.trigger = trigger
        self.schedule = schedule
        self.slot = slot
        self.attempt = attempt
        self.notBefore = notBefore
        self.precheck = precheck
        self.isSerial = isSerial
        self.isHeldByPause = isHeldByPause
    }
}
