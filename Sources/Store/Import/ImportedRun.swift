package import Model

/// A run that was made elsewhere, and of which it is not known how it ended.
package struct ImportedRun: Hashable, Sendable {
    package var id: Run.ID
    package var task: AgentTask.ID
    /// What the task was then.
    package var version: ImportedTask.Version
    package var repository: String
    package var createdAt: Timestamp
    package var finishedAt: Timestamp
    package var detail: String
    /// By what name the pieces of its messages' text are kept.
    package var source: String
    /// How many bytes of that text are kept.
    package var staged: Int
    /// The rest of the text: a JSON array of messages.
    package var text: [UInt8]

    package init(
        id: Run.ID,
        task: AgentTask.ID,
        version: ImportedTask.Version,
        repository: String,
        createdAt: Timestamp,
        finishedAt: Timestamp,
        detail: String,
        source: String,
        staged: Int,
        text: [UInt8]
    ) {
        self.id = id
        self.task = task
        self.version = version
        self.repository = repository
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.detail = detail
        self.source = source
        self.staged = staged
        self.text = text
    }
}

/// What became, or would become, of a run that was made elsewhere.
package enum ImportedRunOutcome: Hashable, Sendable {
    /// It is new, with so many messages; what was no list of messages to its end is whole in the last one.
    case made(messages: Int, isWhole: Bool)
    /// One with its id is there, and stays as it is.
    case known
    case refused(String)
}
