import GRDB
package import Model

/// What can be counted of the rows at one moment.
package struct StoreFigures: Sendable {
    /// How a task fares.
    package struct Task: Sendable {
        package var slug: String
        package var createdAt: Timestamp
        package var settings: TaskSettings
        package var lastSuccessAt: Timestamp?
        package var lastFailureAt: Timestamp?
        package var lastDuration: Duration?
        /// Runs without success since the last one that succeeded.
        package var failuresInARow: Int
        package var costUSD: Double
        /// How many runs have ended, by state; what was never seen is absent.
        package var ended: [RunState.Name: Int]
        package var activeRuns: Int
        package var oldestActiveStart: Timestamp?
    }

    /// What a schedule's runs came to.
    package struct Outcome: Sendable {
        package var lastSuccessAt: Timestamp?
        package var lastFailureAt: Timestamp?
    }

    package var taskCount = 0
    /// The first tasks that are not deleted, oldest first.
    package var tasks: [Task] = []
    package var taskSlugs: [AgentTask.ID: String] = [:]
    /// Queued runs by what they wait for; nil is nothing in particular.
    package var queued: [RunState.Waiting?: Int] = [:]
    package var oldestQueued: Timestamp?
    package var active: [RunState.Name: Int] = [:]
    package var instances: [Instance.State: Int] = [:]
    package var scheduleCount = 0
    package var pausedSchedules = 0
    package var invalidSchedules = 0
    /// The first schedules that are not deleted, oldest first.
    package var schedules: [Schedule] = []
    package var outcomes: [Schedule.ID: Outcome] = [:]
    package var pauseOfAll = PauseOfAll()
    package var migrations = 0
}

extension Store {
    /// Counts in one snapshot; tasks and schedules beyond `limit` are in the sums only.
    package func figures(limit: Int) async throws -> StoreFigures {
        try await read { db in
            var figures = StoreFigures()
            try Self.countTasks(db, limit, &figures)
            try Self.countRuns(db, &figures)
            try Self.countSchedules(db, limit, &figures)
            let sql = "SELECT count(*) FROM grdb_migrations"
            figures.migrations = try Int.fetchOne(db, sql: sql) ?? 0
            return figures
        }
    }

    private static func countTasks(_ db: Database, _ limit: Int, _ figures: inout StoreFigures) throws {
        let count = "SELECT count(*) FROM task WHERE deletedAt IS NULL"
        figures.taskCount = try Int.fetchOne(db, sql: count) ?? 0
        let sql = """
            SELECT task.id, slug, task.createdAt, settings, lastSuccessAt, lastFailureAt, lastDuration,
                coalesce(failuresInARow, 0) AS failuresInARow, coalesce(costUSD, 0) AS costUSD, succeeded, failed,
                cancelled, timedOut, lost
            FROM task
                JOIN taskVersion ON taskVersion.taskID = task.id AND taskVersion.version = task.version
                LEFT JOIN taskFigures ON taskFigures.taskID = task.id
            WHERE task.deletedAt IS NULL ORDER BY task.id LIMIT ?
            """
        let active = try activeByTask(db)
        for row in try Row.fetchAll(db, sql: sql, arguments: [limit]) {
            let id: AgentTask.ID = row["id"]
            let duration: Int64? = row["lastDuration"]
            var task = StoreFigures.Task(
                slug: row["slug"],
                createdAt: row["createdAt"],
                settings: try JSONText.decode(TaskSettings.self, row["settings"]),
                lastSuccessAt: row["lastSuccessAt"],
                lastFailureAt: row["lastFailureAt"],
                lastDuration: duration.map { .milliseconds($0) },
                failuresInARow: row["failuresInARow"],
                costUSD: row["costUSD"],
                ended: [:],
                activeRuns: active[id]?.count ?? 0,
                oldestActiveStart: active[id]?.oldest
            )
            for (state, column) in endColumns { task.ended[state] = row[column] as Int? ?? 0 }
            figures.taskSlugs[id] = task.slug
            figures.tasks.append(task)
        }
    }

    private static let endColumns: [(RunState.Name, String)] = [
        (.succeeded, "succeeded"), (.failed, "failed"), (.cancelled, "cancelled"), (.timedOut, "timedOut"),
        (.lost, "lost"),
    ]

    private static func activeByTask(
        _ db: Database
    ) throws -> [AgentTask.ID: (count: Int, oldest: Timestamp?)] {
        let sql = """
            SELECT taskID, count(*) AS runs, min(startedAt) AS oldest FROM run
            WHERE state IN ('starting', 'running') GROUP BY taskID
            """
        var active: [AgentTask.ID: (count: Int, oldest: Timestamp?)] = [:]
        for row in try Row.fetchAll(db, sql: sql) { active[row["taskID"]] = (row["runs"], row["oldest"]) }
        return active
    }

    private static func countRuns(_ db: Database, _ figures: inout StoreFigures) throws {
        let queued = """
            SELECT reason, count(*) AS runs, min(createdAt) AS oldest FROM run WHERE state = 'queued' GROUP BY reason
            """
        for row in try Row.fetchAll(db, sql: queued) {
            let reason: String? = row["reason"]
            figures.queued[reason.flatMap(RunState.Waiting.init(rawValue:)), default: 0] += row["runs"] as Int
            let oldest: Timestamp = row["oldest"]
            figures.oldestQueued = min(figures.oldestQueued ?? oldest, oldest)
        }
        let active = "SELECT state, count(*) AS runs FROM run WHERE state IN ('starting', 'running') GROUP BY state"
        for row in try Row.fetchAll(db, sql: active) {
            let state: String = row["state"]
            if let name = RunState.Name(rawValue: state) { figures.active[name] = row["runs"] }
        }
        let instances = "SELECT state, count(*) AS number FROM instance WHERE state <> 'stopped' GROUP BY state"
        for row in try Row.fetchAll(db, sql: instances) {
            let state: String = row["state"]
            if let state = Instance.State(rawValue: state) { figures.instances[state] = row["number"] }
        }
    }

    private static func countSchedules(_ db: Database, _ limit: Int, _ figures: inout StoreFigures) throws {
        figures.pauseOfAll = try pauseOfAll(db)
        let counts = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS number, count(pausedAt) AS paused,
                    count(CASE WHEN pausedAt IS NULL AND invalidFrom IS NOT NULL AND validAt IS NULL THEN 1 END)
                        AS invalid
                FROM schedule WHERE deletedAt IS NULL
                """
        )
        figures.scheduleCount = counts?["number"] ?? 0
        figures.pausedSchedules = counts?["paused"] ?? 0
        figures.invalidSchedules = counts?["invalid"] ?? 0
        let sql = scheduleSelection + " ORDER BY number LIMIT ?"
        figures.schedules = try Row.fetchAll(db, sql: sql, arguments: [limit]).map(Schedule.init(_:))
        for row in try Row.fetchAll(db, sql: "SELECT * FROM scheduleFigures") {
            figures.outcomes[row["scheduleID"]] = StoreFigures.Outcome(
                lastSuccessAt: row["lastSuccessAt"],
                lastFailureAt: row["lastFailureAt"]
            )
        }
    }
}
