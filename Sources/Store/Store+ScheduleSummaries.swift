import GRDB
package import Model

extension Store {
    /// The newest run of each schedule that has one.
    package func newestRuns(of schedules: [Schedule.ID]) async throws -> [Schedule.ID: Run] {
        let sql = "\(Self.runSelection) WHERE run.scheduleID = ? ORDER BY run.id DESC LIMIT 1"
        return try await read { db in
            var runs: [Schedule.ID: Run] = [:]
            for schedule in schedules {
                runs[schedule] = try Row.fetchOne(db, sql: sql, arguments: [schedule]).map(Run.init(_:))
            }
            return runs
        }
    }

    /// How many of a schedule's runs wait, and how many are at work.
    package func unfinishedRuns(of schedule: Schedule.ID) async throws -> (queued: Int, active: Int) {
        try await read { db in
            func count(_ states: String) throws -> Int {
                let sql = "SELECT count(*) FROM run WHERE scheduleID = ? AND state IN (\(states))"
                return try Int.fetchOne(db, sql: sql, arguments: [schedule]) ?? 0
            }
            return (try count("'queued'"), try count("'starting', 'running'"))
        }
    }
}
