import GRDB
package import Model

/// A task at one of its versions, with what became of it.
package struct TaskHistory: Sendable {
    /// One version and how often it was used.
    package struct Version: Hashable, Sendable {
        package var number: Int
        package var createdAt: Timestamp
        package var runs: Int
    }

    /// The task at the version that was asked for; it may be deleted.
    package var task: AgentTask
    /// The newest first.
    package var versions: [Version]
    /// Its runs, newest first.
    package var runs: [Run]
    /// Its schedules that are not deleted.
    package var scheduleCount: Int
    package var queuedCount: Int
    package var activeCount: Int
    /// What its runs that have ended cost.
    package var costUSD: Double

    /// The version that a new run would carry out.
    package var newest: Int { versions.first?.number ?? task.version }
}

extension Store {
    /// A task, also a deleted one, with its versions and its last runs.
    ///
    /// - Parameters:
    ///   - idOrSlug: Its id or slug; of deleted ones with one slug it is the last.
    ///   - version: The version that is shown; nil for the newest.
    ///   - limit: How many runs are told.
    /// - Returns: What is known of it.
    /// - Throws: `StoreError` `.notFound` without the task or the version.
    package func taskHistory(_ idOrSlug: String, version: Int? = nil, limit: Int) async throws -> TaskHistory {
        try await read { db in
            let (id, newest) = try Self.place(db, ofTask: idOrSlug)
            let versions = try Self.versions(db, of: id)
            let shown = version ?? newest
            guard versions.contains(where: { $0.number == shown }) else {
                throw StoreError(.notFound, "The task \(idOrSlug) has no version \(shown).")
            }
            let runs = "\(Self.runSelection) WHERE run.taskID = ? ORDER BY run.id DESC LIMIT ?"
            let schedules = "SELECT count(*) FROM schedule WHERE taskID = ? AND deletedAt IS NULL"
            let cost = "SELECT total(costUSD) FROM dayFigures WHERE taskID = ?"
            return TaskHistory(
                task: try Self.task(db, at: shown, of: id),
                versions: versions,
                runs: try Row.fetchAll(db, sql: runs, arguments: [id, limit]).map(Run.init(_:)),
                scheduleCount: try Int.fetchOne(db, sql: schedules, arguments: [id]) ?? 0,
                queuedCount: try Self.count(db, of: id, "state = 'queued'"),
                activeCount: try Self.count(db, of: id, "state IN ('starting', 'running')"),
                costUSD: try Double.fetchOne(db, sql: cost, arguments: [id]) ?? 0
            )
        }
    }

    /// A task at its newest version, also when it is deleted.
    package func task(withDeleted id: AgentTask.ID) async throws -> AgentTask {
        try await read { db in
            let (id, version) = try Self.place(db, ofTask: id.rawValue)
            return try Self.task(db, at: version, of: id)
        }
    }

    private static func place(_ db: Database, ofTask idOrSlug: String) throws -> (id: AgentTask.ID, version: Int) {
        if let task = try task(db, idOrSlug) { return (task.id, task.version) }
        let sql = """
            SELECT id, version FROM task WHERE (id = ?1 OR slug = ?1) AND deletedAt IS NOT NULL
            ORDER BY id = ?1 DESC, deletedAt DESC LIMIT 1
            """
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [idOrSlug]) else {
            throw StoreError(.notFound, "There is no task \(idOrSlug).")
        }
        return (row["id"], row["version"])
    }

    private static func versions(_ db: Database, of task: AgentTask.ID) throws -> [TaskHistory.Version] {
        let sql = """
            SELECT version, createdAt, coalesce(uses, 0) AS runs FROM taskVersion
            LEFT JOIN (SELECT taskVersion AS used, count(*) AS uses FROM run WHERE taskID = ?1 GROUP BY used)
                ON used = version
            WHERE taskID = ?1 ORDER BY version DESC
            """
        return try Row.fetchAll(db, sql: sql, arguments: [task]).map { row in
            TaskHistory.Version(number: row["version"], createdAt: row["createdAt"], runs: row["runs"])
        }
    }

    private static func count(_ db: Database, of task: AgentTask.ID, _ condition: String) throws -> Int {
        let sql = "SELECT count(*) FROM run WHERE taskID = ? AND \(condition)"
        return try Int.fetchOne(db, sql: sql, arguments: [task]) ?? 0
    }
}
