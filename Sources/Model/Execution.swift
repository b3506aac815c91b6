package import AgentStream

/// One step's agent process within a run.
package struct Execution: Hashable, Sendable {
    package typealias ID = Model.ID<Execution>

    package var id: ID
    package var runID: Run.ID
    /// Counts from 0.
    package var step: Int
    /// How many lines of the spool were taken.
    package var line: Int
    /// How the agent ended; nil while nobody knows.
    package var exit: AgentExitRecord?
    /// What the agent used; nil until it has ended.
    package var usage: AgentUsage?
    /// What the agent says that it is; nil until it has said it.
    package var agent: AgentIdentity?
    /// How many of its messages are not stored, for want of room; the spool has them until the run has ended.
    package var unstored: Int

    package init(
        id: ID,
        runID: Run.ID,
        step: Int,
        line: Int,
        exit: AgentExitRecord?,
        usage: AgentUsage? = nil,
        agent: AgentIdentity? = nil,
        unstored: Int = 0
    ) {
        self.id = id
        self.runID = runID
        self.step = step
        self.line = line
        self.exit = exit
        self.usage = usage
        self.agent = agent
        self.unstored = unstored
    }
}
