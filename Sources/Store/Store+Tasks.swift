import GRDB
package import Model

/// What a task is made or changed to.
package struct TaskContent: Hashable, Sendable {
    package var name: String
    package var steps: [Step]
    package var settings: TaskSettings

    package init(name: String, steps: [Step], settings: TaskSettings) {
        self.name = name
        self.steps = steps
        self.settings = settings
    }
}

extension Store {
    /// Makes a task at version 1 under a slug that no other has.
    package func createTask(_ content: TaskContent) async throws -> AgentTask {
        let now = clock.now
        let id = AgentTask.ID(at: now)
        return try await writer.write { db, _ in
            let slug = try Self.freeSlug(db, AgentTask.slug(of: content.name), in: "task")
            return try Self.insertTask(db, id, slug: slug, content, managedBy: nil, now: now)
        }
    }

    static func insertTask(
        _ db: Database,
        _ id: AgentTask.ID,
        slug: String,
        _ content: TaskContent,
        managedBy: ManagedBy?,
        now: Timestamp
    ) throws -> AgentTask {
        try db.execute(
            sql: "INSERT INTO task (id, slug, version, createdAt, updatedAt, managedBy) VALUES (?, ?, 1, ?, ?, ?)",
            arguments: [id, slug, now, now, managedBy]
        )
        try insertVersion(db, of: id, 1, content, now)
        return try task(db, id.rawValue).orThrow(id.rawValue)
    }

    /// Makes a new version of a task, with the content made from the task as it is; runs keep the version that they
    /// began with.
    ///
    /// - Parameters:
    ///   - id: The task's id or slug.
    ///   - isForced: Whether it is changed although a file declares it, which it is free of then.
    ///   - content: What it becomes.
    /// - Returns: The task.
    /// - Throws: `StoreError` `.notFound` for a task that is not there or deleted, `.conflict` for one of a
    ///   file, and what `content` throws.
    package func updateTask(
        _ id: String,
        isForced: Bool = false,
        _ content: @escaping @Sendable (AgentTask) throws -> TaskContent
    ) async throws -> AgentTask {
        let now = clock.now
        return try await writer.write { db, _ in
            let task = try Self.task(db, id).orThrow(id)
            if !isForced { try task.checkIsFree() }
            try Self.insertNextVersion(db, of: task, try content(task), managedBy: nil, now: now)
            return try Self.task(db, task.id.rawValue).orThrow(id)
        }
    }

    static func insertNextVersion(
        _ db: Database,
        of task: AgentTask,
        _ content: TaskContent,
        managedBy: ManagedBy?,
        now: Timestamp
    ) throws {
        try insertVersion(db, of: task.id, task.version + 1, content, now)
        try db.execute(
            sql: "UPDATE task SET version = ?, updatedAt = ?, managedBy = ? WHERE id = ?",
            arguments: [task.version + 1, now, managedBy, task.id]
        )
    }

    /// Marks a task and its schedules as deleted and cancels its queued runs; active ones finish and all stay readable.
    ///
    /// - Parameters:
    ///   - id: The task's id or slug.
    ///   - isForced: Whether it is deleted although a file declares it or one of its schedules.
    /// - Returns: The task as it was.
    /// - Throws: `StoreError` `.notFound` for a task that is not there or deleted, `.conflict` for one of a file.
    package func deleteTask(_ id: String, isForced: Bool = false) async throws -> AgentTask {
        let now = clock.now
        return try await writer.write { db, effects in
            let task = try Self.task(db, id).orThrow(id)
            if !isForced {
                try task.checkIsFree()
                for schedule in try Self.schedules(db, of: task.id) { try schedule.checkIsFree() }
            }
            try Self.deleteTask(db, task, now: now, effects: &effects)
            return task
        }
    }

    static func deleteTask(
        _ db: Database,
        _ task: AgentTask,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        try db.execute(sql: "UPDATE task SET deletedAt = ? WHERE id = ?", arguments: [now, task.id])
        try forgetTold(db, task: task.id)
        try deleteSchedules(db, "taskID = ?", [task.id], now: now, effects: &effects)
        try cancelQueued(db, "taskID = ?", [task.id], "The task was deleted.", now: now, effects: &effects)
    }

    /// Cancels the queued runs that a condition names.
    static func cancelQueued(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments,
        _ detail: String,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        let sql = "SELECT id FROM run WHERE \(condition) AND state = 'queued'"
        for run in try Run.ID.fetchAll(db, sql: sql, arguments: arguments) {
            try move(db, run, to: .cancelled, detail: detail, now: now, effects: &effects)
        }
    }

    /// The tasks that are not deleted, oldest first.
    package func tasks() async throws -> [AgentTask] {
        try await read { try Self.tasks($0) }
    }

    static func tasks(_ db: Database) throws -> [AgentTask] {
        // Those of elsewhere have ids that do not sort by their time.
        try Row.fetchAll(db, sql: taskSelection + " WHERE task.deletedAt IS NULL ORDER BY task.createdAt, task.id")
            .map(AgentTask.init(_:))
    }

    /// The task of an id or a slug; nil when there is none or it is deleted.
    package func task(_ idOrSlug: String) async throws -> AgentTask? {
        try await read { try Self.task($0, idOrSlug) }
    }

    /// A task as a run carries it out, deleted or not: at the run's version, with the settings that the run has of its own.
    package func task(of run: Run) async throws -> AgentTask {
        var task = try await read { try Self.task($0, at: run.taskVersion, of: run.taskID) }
        if let own = run.settings { task.settings = own.over(task.settings) }
        return task
    }

    static func task(_ db: Database, at version: Int, of task: AgentTask.ID) throws -> AgentTask {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT task.id, slug, taskVersion.version, task.createdAt, taskVersion.createdAt AS updatedAt,
                    deletedAt, managedBy, name, steps, settings
                FROM taskVersion JOIN task ON task.id = taskVersion.taskID
                WHERE taskVersion.taskID = ? AND taskVersion.version = ?
                """,
            arguments: [task, version]
        )
        return try row.map(AgentTask.init(_:)).orThrow(task.rawValue)
    }

    static func task(_ db: Database, _ idOrSlug: String) throws -> AgentTask? {
        // A slug can look like an id; the id then wins. One query for both would read the whole table.
        for column in ["id", "slug"] {
            let sql = taskSelection + " WHERE task.deletedAt IS NULL AND task.\(column) = ?"
            if let row = try Row.fetchOne(db, sql: sql, arguments: [idOrSlug]) { return try AgentTask(row) }
        }
        return nil
    }

    private static let taskSelection = """
        SELECT task.id, slug, task.version, task.createdAt, task.updatedAt, deletedAt, managedBy, name, steps, settings
        FROM task JOIN taskVersion ON taskVersion.taskID = task.id AND taskVersion.version = task.version
        """

    static func insertVersion(
        _ db: Database,
        of id: AgentTask.ID,
        _ version: Int,
        _ content: TaskContent,
        _ now: Timestamp
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO taskVersion (taskID, version, createdAt, name, steps, settings) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, version, now, content.name, try JSONText.encode(content.steps),
                try JSONText.encode(content.settings),
            ]
        )
    }

    /// The slug itself if no row has it, else the slug with a number; of slugs numbered without a gap the next one.
    ///
    /// Looked for in doubling and then halving strides, so that a thousand tasks of one name cost ten looks each.
    static func freeSlug(_ db: Database, _ wanted: String, in table: String) throws -> String {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE slug = ? AND deletedAt IS NULL)"
        )
        func isTaken(_ slug: String) throws -> Bool {
            try Bool.fetchOne(statement, arguments: [slug]) ?? false
        }
        guard try isTaken(wanted) else { return wanted }
        var taken = 1
        var free = 2
        while try isTaken("\(wanted)-\(free)") { (taken, free) = (free, free * 2) }
        while free - taken > 1 {
            let middle = (taken + free) / 2
            if try isTaken("\(wanted)-\(middle)") { taken = middle } else { free = middle }
        }
        return "\(wanted)-\(free)"
    }
}

extension AgentTask {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: row["id"],
            slug: row["slug"],
            version: row["version"],
            createdAt: row["createdAt"],
            updatedAt: row["updatedAt"],
            deletedAt: row["deletedAt"],
            name: row["name"],
            steps: try JSONText.decode([Step].self, row["steps"]),
            settings: try JSONText.decode(TaskSettings.self, row["settings"]),
            managedBy: row["managedBy"]
        )
    }
}

extension Optional where Wrapped == AgentTask {
    func orThrow(_ id: String) throws -> AgentTask {
        guard let self else { throw StoreError(.notFound, "There is no task \(id).") }
        return self
    }
}
