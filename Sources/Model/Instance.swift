/// The executor of one run: a container or a local process.
package struct Instance: Hashable, Sendable {
    package typealias ID = Model.ID<Instance>

    /// Where an instance is in its life; the words of the original's wire.
    package enum State: String, CaseIterable, Sendable {
        case starting
        case idle
        case executing
        case stopped
    }

    package var id: ID
    package var runID: Run.ID
    package var runtime: RuntimeKind
    package var state: State
    package var createdAt: Timestamp
    package var stoppedAt: Timestamp?
    /// What the engine calls the container that it was last started in; nil for a process, and before its first start.
    package var container: String?

    package init(
        id: ID,
        runID: Run.ID,
        runtime: RuntimeKind,
        state: State,
        createdAt: Timestamp,
        stoppedAt: Timestamp?,
        container: String? = nil
    ) {
        self.id = id
        self.runID = runID
        self.runtime = runtime
        self.state = state
        self.createdAt = createdAt
        self.stoppedAt = stoppedAt
        self.container = container
    }

    /// The name by which the runtime knows the instance, derived so that no answer need be kept: `caretaker-<run id>`.
    package var name: String { "caretaker-\(runID)" }

    /// An engine's name for a container as people see it: lists of containers and an engine's own entries in the journal
    /// have the first 12 digits.
    package static func shortContainer(_ container: String) -> String { String(container.prefix(12)) }
}

/// What makes instances.
package enum RuntimeKind: String, CaseIterable, Sendable {
    case docker
    case process
}
