package import AgentStream

/// One carrying-out of a task on one repository.
package struct Run: Hashable, Sendable {
    package typealias ID = Model.ID<Run>

    package var id: ID
    package var taskID: AgentTask.ID
    /// The version of the task that this run carries out.
    package var taskVersion: Int
    /// The task's name at that version.
    package var name: String
    package var repository: String
    package var ref: String?
    package var priority: Int
    /// What it has instead of its task's settings.
    package var settings: TaskSettings?
    package var state: RunState
    /// One sentence for a person on why the run is where it is.
    package var detail: String?
    package var retryOf: ID?
    package var origin: RunOrigin
    /// The agent's session, which all steps share; a UUID.
    package var session: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// When someone asked for the run to end.
    package var cancelRequestedAt: Timestamp?
    /// The commit that the agent began from; nil before the fetch and in an empty repository.
    package var commit: String?
    /// The sum of what its steps used so far.
    package var usage: AgentUsage?
    /// What the first step's agent says that it is.
    package var agent: AgentIdentity?
    package var hasResult: Bool
    /// Whether its messages are kept no longer.
    package var isTranscriptExpired: Bool
    /// Whether it had a result that is kept no longer.
    package var isResultExpired: Bool

    /// From when its deadline counts.
    package var began: Timestamp { startedAt ?? createdAt }

    package init(
        id: ID,
        taskID: AgentTask.ID,
        taskVersion: Int,
        name: String,
        repository: String,
        ref: String?,
        priority: Int,
        state: RunState,
        detail: String?,
        retryOf: ID?,
        origin: RunOrigin,
        session: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        startedAt: Timestamp?,
        finishedAt: Timestamp?,
        cancelRequestedAt: Timestamp?,
        commit: String?,
        usage: AgentUsage?,
        agent: AgentIdentity?,
        hasResult: Bool,
        isTranscriptExpired: Bool = false,
        isResultExpired: Bool = false,
        settings: TaskSettings? = nil
    ) {
        self.id = id
        self.taskID = taskID
        self.taskVersion = taskVersion
        self.name = name
        self.repository = repository
        self.ref = ref
        self.priority = priority
        self.state = state
        self.detail = detail
        self.retryOf = retryOf
        self.origin = origin
        self.session = session
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.cancelRequestedAt = cancelRequestedAt
        self.commit = commit
        self.usage = usage
        self.agent = agent
        self.hasResult = hasResult
        self.isTranscriptExpired = isTranscriptExpired
        self.isResultExpired = isResultExpired
        self.settings = settings
    }
}
