import GRDB
package import Model

/// What the runs of one task that ended on one day in one state came to.
package struct DayFigures: Hashable, Sendable {
    /// Days since 1970-01-01 in UTC.
    package var day: Int
    package var task: AgentTask.ID
    package var state: RunState.Name
    package var runs: Int
    package var costUSD: Double
    /// How many of the runs were started at all; the durations are theirs.
    package var started: Int
    package var duration: Duration
    /// How many of the runs were started for a slot when it came due; the lateness is theirs.
    package var slots: Int
    package var lateness: Duration
}

extension Timestamp {
    /// Days since 1970-01-01 in UTC.
    package var day: Int { Int(seconds / 86_400) }

    /// The first moment of a day in UTC.
    package init(day: Int) {
        self.init(seconds: Int64(day) * 86_400)
    }
}

extension Store {
    /// What each day's runs came to, oldest first.
    ///
    /// - Parameters:
    ///   - days: Days since 1970-01-01 in UTC.
    ///   - task: A task's id, for that task alone.
    /// - Returns: One for each day, task and state that has any.
    /// - Throws: GRDB's error.
    package func figures(of days: ClosedRange<Int>, task: AgentTask.ID? = nil) async throws -> [DayFigures] {
        try await read { try Self.figures($0, of: days, task: task) }
    }

    static func figures(_ db: Database, of days: ClosedRange<Int>, task: AgentTask.ID?) throws -> [DayFigures] {
        let ofTask = task == nil ? "" : " AND taskID = ?"
        let sql = "SELECT * FROM dayFigures WHERE day BETWEEN ? AND ?\(ofTask) ORDER BY day"
        var arguments: StatementArguments = [days.lowerBound, days.upperBound]
        if let task { arguments += [task] }
        return try Row.fetchAll(db, sql: sql, arguments: arguments).compactMap { row in
            guard let state = RunState.Name(rawValue: row["state"]) else { return nil }
            return DayFigures(
                day: row["day"],
                task: row["taskID"],
                state: state,
                runs: row["runs"],
                costUSD: row["costUSD"],
                started: row["started"],
                duration: .milliseconds(row["duration"] as Int64),
                slots: row["slots"],
                lateness: .milliseconds(row["lateness"] as Int64)
            )
        }
    }
}
