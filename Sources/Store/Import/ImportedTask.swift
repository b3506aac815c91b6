package import Model

/// A task that was made elsewhere.
package struct ImportedTask: Hashable, Sendable {
    /// What it was from some time on.
    package struct Version: Hashable, Sendable {
        package var name: String
        package var steps: [Step]
        package var at: Timestamp

        package init(name: String, steps: [Step], at: Timestamp) {
            self.name = name
            self.steps = steps
            self.at = at
        }
    }

    package var id: AgentTask.ID
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Whether it was gone there, and is kept for its runs alone.
    package var isDeleted: Bool
    /// What is known of its past, oldest first; the last is what it is.
    package var versions: [Version]

    package init(
        id: AgentTask.ID,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        isDeleted: Bool,
        versions: [Version]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.isDeleted = isDeleted
        self.versions = versions
    }
}

/// What became, or would become, of a task that was made elsewhere.
package struct ImportedTaskOutcome: Hashable, Sendable {
    /// False when one with its id is there, deleted or not, and stays as it is.
    package let isNew: Bool
    package let slug: String
}
