/// What is to be done: a name, steps and settings.
///
/// A task's versions are immutable; this is the task at one of them.
package struct AgentTask: Hashable, Sendable {
    package typealias ID = Model.ID<AgentTask>

    package var id: ID
    /// Unique among the tasks that are not deleted; derived from the first name and then kept.
    package var slug: String
    /// Counts from 1; every update makes a new one.
    package var version: Int
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var deletedAt: Timestamp?
    package var name: String
    package var steps: [Step]
    package var settings: TaskSettings
    /// The file that declares it; nil when none does.
    package var managedBy: ManagedBy?

    package init(
        id: ID,
        slug: String,
        version: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        deletedAt: Timestamp?,
        name: String,
        steps: [Step],
        settings: TaskSettings,
        managedBy: ManagedBy? = nil
    ) {
        self.id = id
        self.slug = slug
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.deletedAt = deletedAt
        self.name = name
        self.steps = steps
        self.settings = settings
        self.managedBy = managedBy
    }

    /// The slug of a name: lower-case ASCII letters, digits and single hyphens, at most 48 characters, `task` if none.
    package static func slug(of name: String) -> String {
        var slug = ""
        for scalar in name.unicodeScalars where slug.utf8.count < 48 {
            switch scalar {
            case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
            case "A"..."Z": slug += String(scalar).lowercased()
            default: if !slug.isEmpty, !slug.hasSuffix("-") { slug += "-" }
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.isEmpty ? "task" : slug
    }
}

/// What the agent is told, and what must hold afterwards.
package struct Step: Hashable, Sendable, Codable {
    package var instructions: String
    /// Stored, returned and shown; not run.
    package var checks: String

    package init(instructions: String, checks: String) {
        self.instructions = instructions
        self.checks = checks
    }
}
