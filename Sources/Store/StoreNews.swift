package import Model

/// What a commit did that is worth counting and telling.
package enum StoreNews: Sendable {
    /// A run was made or went on.
    case run(RunChange)
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
    package let at: Timestamp
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
