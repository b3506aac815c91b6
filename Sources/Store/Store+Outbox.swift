import GRDB
package import Model

/// How many notices wait for their delivery.
package struct WaitingNotices: Hashable, Sendable {
    package var count: Int
    /// When the oldest was made; nil without any.
    package var oldest: Timestamp?
}

/// A notice that nobody will get.
package struct DroppedNotice: Hashable, Sendable {
    package var notice: Notice
    /// Why the last attempt failed; nil when there was none.
    package var error: String?

    package init(notice: Notice, error: String?) {
        self.notice = notice
        self.error = error
    }
}

extension Store {
    /// Rings when there are new notices, and once at first.
    package func noticeBell() -> AsyncStream<Void> {
        feeds.bell(of: .notices)
    }

    /// Notices whose time has come, those first that have waited longest.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - others: Which are none of them, because they are on their way.
    /// - Returns: The notices.
    /// - Throws: What the database throws.
    package func dueNotices(limit: Int, but others: Set<Notice.ID>) async throws -> [Notice] {
        let now = clock.now
        return try await read { db in
            let sql = """
                SELECT * FROM notice
                WHERE nextAttemptAt <= ? AND id NOT IN (SELECT value FROM json_each(?))
                ORDER BY nextAttemptAt, number LIMIT ?
                """
            let arguments: StatementArguments = [now, try JSONText.encode(others.map(\.rawValue)), limit]
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(Notice.init(_:))
        }
    }

    /// When the next notice is to be tried, which may have passed; nil when none waits.
    package func nextNoticeAttempt(but others: Set<Notice.ID>) async throws -> Timestamp? {
        try await read { db in
            let sql = "SELECT min(nextAttemptAt) FROM notice WHERE id NOT IN (SELECT value FROM json_each(?))"
            return try Timestamp.fetchOne(db, sql: sql, arguments: [try JSONText.encode(others.map(\.rawValue))])
        }
    }

    package func waitingNotices() async throws -> WaitingNotices {
        try await read { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*) AS number, min(at) AS oldest FROM notice")
            return WaitingNotices(count: row?["number"] ?? 0, oldest: row?["oldest"])
        }
    }

    /// Takes a notice out of the outbox: it has arrived, or never will.
    package func removeNotice(_ id: Notice.ID) async throws {
        try await writer.write { db, _ in
            try db.execute(sql: "DELETE FROM notice WHERE id = ?", arguments: [id])
        }
    }

    /// Keeps that an attempt was in vain, and when the next one is.
    package func postponeNotice(_ id: Notice.ID, until next: Timestamp, error: String) async throws {
        try await writer.write { db, _ in
            try db.execute(
                sql: "UPDATE notice SET attempts = attempts + 1, nextAttemptAt = ?, error = ? WHERE id = ?",
                arguments: [next, error, id]
            )
        }
    }

    /// Takes the oldest notices out of the outbox of which there are more than may wait.
    package func trimNotices(to most: Int) async throws -> [DroppedNotice] {
        guard try await waitingNotices().count > most else { return [] }
        return try await writer.write { db, _ in
            let sql = """
                DELETE FROM notice WHERE number IN (SELECT number FROM notice ORDER BY number DESC LIMIT -1 OFFSET ?)
                RETURNING *
                """
            return try Row.fetchAll(db, sql: sql, arguments: [most]).map { row in
                DroppedNotice(notice: try Notice(row), error: row["error"])
            }
        }
    }
}

extension Notice {
    fileprivate init(_ row: Row) throws {
        let kind: String = row["kind"]
        guard let kind = Kind(rawValue: kind) else {
            throw StoreError(.unusable, "A notice's row holds the kind \(kind).")
        }
        self.init(id: row["id"], kind: kind, at: row["at"], data: row["data"], attempts: row["attempts"])
    }
}
