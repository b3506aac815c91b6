import GRDB
package import Model

/// What must be known of a schedule to say whether it is overdue.
package struct WatchedSchedule: Hashable, Sendable {
    package var schedule: Schedule
    package var lastSuccess: Timestamp?
    /// Whether it was told that it is overdue, and no run has succeeded since.
    package var isTold: Bool
}

extension Store {
    /// Schedules by their row numbers, for whoever goes through all of them in pieces.
    package func watchedSchedules(afterNumber number: Int64, limit: Int) async throws -> [WatchedSchedule] {
        try await read { db in
            let sql = Self.watchedSelection + " AND number > ? ORDER BY number LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [number, limit]).map(WatchedSchedule.init(_:))
        }
    }

    /// Those of the schedules that are there.
    package func watchedSchedules(numbers: [Int64]) async throws -> [WatchedSchedule] {
        try await read { db in
            let sql = Self.watchedSelection + " AND number IN (SELECT value FROM json_each(?))"
            return try Row.fetchAll(db, sql: sql, arguments: [try JSONText.encode(numbers)])
                .map(WatchedSchedule.init(_:))
        }
    }

    /// Tells that schedules are overdue: once, until a run of theirs succeeds.
    ///
    /// - Parameter found: The schedules as they were when it was found; one that has changed since, or of which a run
    ///   has succeeded, is left alone.
    /// - Returns: Those of which it is told now.
    /// - Throws: Why the transaction failed.
    package func tellOverdue(_ found: [WatchedSchedule]) async throws -> [WatchedSchedule] {
        let now = clock.now
        return try await writer.write(rows: found.count * 2, bytes: found.count * 1024) { [outbox] db, effects in
            guard try Self.pauseOfAll(db).pause == nil else { return [] }
            let sql = Self.watchedSelection + " AND number = ?"
            return try found.filter { old in
                let row = try Row.fetchOne(db, sql: sql, arguments: [old.schedule.number])
                guard let present = try row.map(WatchedSchedule.init(_:)), present.schedule.pause == nil,
                    present.schedule.revision == old.schedule.revision, present.lastSuccess == old.lastSuccess
                else { return false }
                return try outbox.tellOverdue(
                    present.schedule,
                    lastSuccess: present.lastSuccess,
                    db,
                    now: now,
                    &effects
                )
            }
        }
    }

    private static let watchedSelection = """
        SELECT schedule.*, lastSuccessAt,
            EXISTS (SELECT 1 FROM toldOverdue WHERE toldOverdue.scheduleID = schedule.id) AS isTold
        FROM schedule LEFT JOIN scheduleFigures ON scheduleFigures.scheduleID = schedule.id
        WHERE deletedAt IS NULL
        """
}

extension WatchedSchedule {
    fileprivate init(_ row: Row) throws {
        self.init(schedule: try Schedule(row), lastSuccess: row["lastSuccessAt"], isTold: row["isTold"])
    }
}
