import GRDB
package import Model

/// A task with what a list tells beside it.
package struct TaskSummary: Sendable {
    package var task: AgentTask
    /// The newest of its runs.
    package var last: Run?
    /// What its runs that have ended cost.
    package var costUSD: Double
}

extension Store {
    /// The tasks that are not deleted, oldest first, each with its newest run and its cost so far.
    package func taskSummaries() async throws -> [TaskSummary] {
        try await read { db in
            let costs = try Self.costs(db)
            return try Self.tasks(db).map { task in
                TaskSummary(
                    task: task,
                    last: try Self.newestRun(db, of: task.id),
                    costUSD: costs[task.id] ?? 0
                )
            }
        }
    }

    private static func costs(_ db: Database) throws -> [AgentTask.ID: Double] {
        let rows = try Row.fetchAll(db, sql: "SELECT taskID, total(costUSD) AS cost FROM dayFigures GROUP BY taskID")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["taskID"], $0["cost"]) })
    }

    private static func newestRun(_ db: Database, of task: AgentTask.ID) throws -> Run? {
        let sql = "\(runSelection) WHERE run.taskID = ? ORDER BY run.id DESC LIMIT 1"
        return try Row.fetchOne(db, sql: sql, arguments: [task]).map(Run.init(_:))
    }

    /// The repositories of the runs that were made last, the newest first.
    package func recentRepositories(limit: Int) async throws -> [String] {
        try await read { db in
            let sql = """
                SELECT repository FROM (SELECT repository, id FROM run ORDER BY id DESC LIMIT 1000)
                GROUP BY repository ORDER BY max(id) DESC LIMIT ?
                """
            return try String.fetchAll(db, sql: sql, arguments: [limit])
        }
    }
}
