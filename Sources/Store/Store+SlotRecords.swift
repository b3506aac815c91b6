import GRDB
package import Model

/// Skipped slots as they are kept: with what they were slots of.
package struct SkippedRecord: Hashable, Sendable {
    package var slots: SkippedSlots
    /// When the last of them was skipped.
    package var at: Timestamp
    /// The schedule's expression and zone then.
    package var expression: String
    package var zone: String

    package init(_ slots: SkippedSlots, _ content: ScheduleContent, at: Timestamp) {
        self.slots = slots
        self.at = at
        expression = content.expression
        zone = content.zone
    }
}

/// What became of a slot, or of several.
package enum SlotRecord: Hashable, Sendable {
    case run(slot: Timestamp, Run.ID, RunState, RunOrigin.Trigger)
    case skipped(SkippedRecord)

    /// The first slot that it accounts for.
    package var first: Timestamp {
        switch self {
        case .run(let slot, _, _, _): slot
        case .skipped(let record): record.slots.first
        }
    }
}

extension Store {
    /// What became of a schedule's slots, newest first.
    ///
    /// - Parameters:
    ///   - schedule: The schedule, deleted or not.
    ///   - before: Only records that begin before this slot.
    ///   - limit: How many records at most.
    /// - Returns: The records.
    /// - Throws: `StoreError` for a row that cannot be read; else GRDB's error.
    package func slots(of schedule: Schedule.ID, before: Timestamp?, limit: Int) async throws -> [SlotRecord] {
        try await read { try Self.slots($0, of: schedule, before: before, limit: limit) }
    }

    /// A schedule, also a deleted one, with the records of its slots as of one moment, so that none is told twice.
    ///
    /// - Parameters:
    ///   - id: Its id, or the slug of one that is not deleted.
    ///   - before: Only records that begin before this slot.
    ///   - limit: How many records at most.
    /// - Returns: What is known then; without schedule when there is none.
    /// - Throws: `StoreError` for a row that cannot be read; else GRDB's error.
    package func slotsSnapshot(
        of id: String,
        before: Timestamp?,
        limit: Int
    ) async throws -> (schedule: Schedule?, pauseOfAll: PauseOfAll, records: [SlotRecord]) {
        try await read { db in
            let deleted = try Row.fetchOne(db, sql: "SELECT * FROM schedule WHERE id = ?", arguments: [id])
            guard let schedule = try Self.schedule(db, id) ?? deleted.map(Schedule.init(_:)) else {
                return (nil, PauseOfAll(), [])
            }
            let records = try Self.slots(db, of: schedule.id, before: before, limit: limit)
            return (schedule, try Self.pauseOfAll(db), records)
        }
    }

    private static func slots(
        _ db: Database,
        of schedule: Schedule.ID,
        before: Timestamp?,
        limit: Int
    ) throws -> [SlotRecord] {
        let before = before ?? Timestamp(milliseconds: .max)
        let skipped = try skipped(
            db,
            "scheduleID = ? AND first < ? ORDER BY first DESC LIMIT ?",
            [schedule, before, limit]
        )
        let sql = """
            SELECT slot, id, state, reason, origin FROM run
            WHERE scheduleID = ? AND slot < ? ORDER BY slot DESC LIMIT ?
            """
        let runs = try Row.fetchAll(db, sql: sql, arguments: [schedule, before, limit]).map { row in
            SlotRecord.run(slot: row["slot"], row["id"], try RunState(row), try RunOrigin.Trigger(row))
        }
        let all = (skipped.map(SlotRecord.skipped) + runs).sorted { $0.first > $1.first }
        return Array(all.prefix(limit))
    }

    /// The records of skipped slots that reach into a range, oldest first.
    package func skippedRecords(
        of schedule: Schedule.ID,
        from: Timestamp,
        through: Timestamp
    ) async throws -> [SkippedRecord] {
        try await read { db in
            try Self.skipped(
                db,
                "scheduleID = ? AND last >= ? AND first <= ? ORDER BY first",
                [schedule, from, through]
            )
        }
    }

    static func insert(_ db: Database, _ slots: SkippedSlots, of schedule: Schedule, now: Timestamp) throws {
        try insert(db, SkippedRecord(slots, schedule.content, at: now), of: schedule.id)
    }

    static func insert(_ db: Database, _ record: SkippedRecord, of schedule: Schedule.ID) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO skippedSlots (scheduleID, first, last, count, reason, at, expression, zone)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let slots = record.slots
        try statement.execute(arguments: [
            schedule, slots.first, slots.last, slots.count, slots.reason.rawValue, record.at, record.expression,
            record.zone,
        ])
    }

    /// Whether a record is still what it was.
    static func isThere(_ db: Database, _ record: SkippedRecord, of schedule: Schedule.ID) throws -> Bool {
        let sql = "scheduleID = ? AND first = ? AND last = ? AND count = ?"
        let arguments: StatementArguments = [schedule, record.slots.first, record.slots.last, record.slots.count]
        return try !skipped(db, sql, arguments).isEmpty
    }

    static func remove(_ db: Database, _ record: SkippedRecord, of schedule: Schedule.ID) throws {
        try db.execute(
            sql: "DELETE FROM skippedSlots WHERE scheduleID = ? AND first = ?",
            arguments: [schedule, record.slots.first]
        )
    }

    private static func skipped(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments
    ) throws -> [SkippedRecord] {
        let sql = "SELECT * FROM skippedSlots WHERE \(condition)"
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map(SkippedRecord.init(_:))
    }
}

extension SkippedRecord {
    fileprivate init(_ row: Row) throws {
        let word: String = row["reason"]
        guard let reason = SkipReason(rawValue: word) else {
            throw StoreError(.unusable, "Slots were skipped for \(word), which is no reason.")
        }
        slots = SkippedSlots(first: row["first"], last: row["last"], count: row["count"], reason: reason)
        at = row["at"]
        expression = row["expression"]
        zone = row["zone"]
    }
}
