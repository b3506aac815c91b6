package import Model

/// What a commit did that is worth counting and telling.
package enum StoreNews: Sendable {
    /// A run was made or went on.
    case run(RunChange)
    /// Why a queued run waits has changed.
    case waiting(WaitingChange)
    /// Due slots of a schedule became no runs.
    case skipped(Schedule.ID, AgentTask.ID, SkippedSlots)
    /// A schedule was paused by a person, or by itself after failures.
    case paused(Schedule.ID, SchedulePause, failures: Int)
    case resumed(Schedule.ID)
    /// All schedules were paused; nil for the end of that.
    case pausedAll(SchedulePause?)
}

/// A run that was made or went from one state to the next.
package struct RunChange: Sendable {
    /// The run as it was before; as it is, when it was made.
    package let run: Run
    package let state: RunState
    package let detail: String?
    /// Nil while the run is queued, and when it never came further.
    package let instance: Instance?
    package let at: Timestamp
}

/// A queued run that waits for something else than before.
package struct WaitingChange: Hashable, Sendable {
    package let run: Run.ID
    package let task: AgentTask.ID
    package let schedule: Schedule.ID?
    package let waiting: RunState.Waiting
}

/// A commit of the writer, for those who count.
package struct CommitReport: Sendable {
    /// In the order in which it came about.
    package let news: [StoreNews]
    /// How many messages were stored, by kind.
    package let messages: [Message.Kind: Int]
    /// How many writes shared the transaction.
    package let writes: Int
    package let took: Duration
}
