/// How long what is kept is kept; nil is for ever.
package struct RetentionPolicy: Hashable, Sendable {
    /// Runs with all that belongs to them, from their end.
    package var runs: Duration?
    /// How many ended runs of a task stay, the newest.
    package var runsPerTask: Int?
    /// The messages of a run, from its end.
    package var messages: Duration?
    /// What an agent made, from its run's end.
    package var results: Duration?
    /// Records of skipped slots, from the last of the slots.
    package var slots: Duration?
    /// Who changed what, from when it was done.
    package var audit: Duration?
    /// Mirrors of repositories, from their last use.
    package var mirrors: Duration?

    package init(
        runs: Duration? = nil,
        runsPerTask: Int? = nil,
        messages: Duration? = nil,
        results: Duration? = nil,
        slots: Duration? = nil,
        audit: Duration? = nil,
        mirrors: Duration? = nil
    ) {
        self.runs = runs
        self.runsPerTask = runsPerTask
        self.messages = messages
        self.results = results
        self.slots = slots
        self.audit = audit
        self.mirrors = mirrors
    }
}
