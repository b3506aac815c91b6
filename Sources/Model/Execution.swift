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

    package init(id: ID, runID: Run.ID, step: Int, line: Int, exit: AgentExitRecord?) {
        self.id = id
        self.runID = runID
        self.step = step
        self.line = line
        self.exit = exit
    }
}
