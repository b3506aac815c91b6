import GRDB
package import Model

/// What changed of schedules, otherwise than by the passing of their slots.
package enum ScheduleChange: Hashable, Sendable {
    /// The row of that number.
    case one(Int64)
    /// All were paused or resumed.
    case all
}

/// The pause of all schedules.
package struct PauseOfAll: Hashable, Sendable {
    /// Nil while they are not paused.
    package var pause: SchedulePause?
    /// The last pause; open while it lasts.
    package var paused: Absence?

    package init(pause: SchedulePause? = nil, paused: Absence? = nil) {
        self.pause = pause
        self.paused = paused
    }
}

extension Store {
    /// Every change of schedules from now on, for one listener that keeps up.
    package func scheduleChanges() -> AsyncStream<ScheduleChange> {
        feeds.scheduleChanges()
    }

    /// Makes a schedule whose slots count from now.
    ///
    /// - Parameters:
    ///   - content: What it is.
    ///   - id: Its id, made by the caller, as the `H` of its expression depends on it.
    /// - Returns: The schedule.
    /// - Throws: `StoreError` `.notFound` without the task, `.conflict` for a task without steps.
    package func createSchedule(_ content: ScheduleContent, id: Schedule.ID) async throws -> Schedule {
        let now = clock.now
        return try await writer.write { db, effects in
            let slug = try Self.freeSlug(db, AgentTask.slug(of: content.name), in: "schedule")
            return try Self.insertSchedule(db, id, slug: slug, content, managedBy: nil, now: now, effects: &effects)
        }
    }

    static func insertSchedule(
        _ db: Database,
        _ id: Schedule.ID,
        slug: String,
        _ content: ScheduleContent,
        managedBy: ManagedBy?,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Schedule {
        try checkTask(db, content.task)
        try db.execute(
            sql: """
                INSERT INTO schedule (id, slug, revision, createdAt, updatedAt, timesSetAt, name, taskID, repository, ref,
                    expression, zone, policy, cursor, managedBy)
                VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, slug, now, now, now, content.name, content.task, content.repository, content.ref,
                content.expression, content.zone, try JSONText.encode(content.policy), now, managedBy,
            ]
        )
        effects.note(.one(db.lastInsertedRowID))
        return try schedule(db, id.rawValue).orThrow(id.rawValue)
    }

    /// What became of a schedule's slots since its cursor, and the instant up to which that tells it.
    package typealias Closing = (plan: SlotPlan, through: Timestamp)

    /// Changes what a schedule is; no file declares it then.
    ///
    /// - Parameters:
    ///   - schedule: The schedule as it was when the change was worked out.
    ///   - content: What it becomes.
    ///   - closing: What became of its slots, when the later ones are others; nil keeps the cursor.
    ///   - isForced: Whether it is changed although a file declares it.
    /// - Returns: The schedule; nil when it has changed meanwhile, and the change is to be worked out again.
    /// - Throws: `StoreError` `.notFound` without schedule or task, `.conflict` for a task without steps, and for a
    ///   schedule of a file.
    package func updateSchedule(
        _ schedule: Schedule,
        _ content: ScheduleContent,
        closing: Closing?,
        isForced: Bool = false
    ) async throws -> Schedule? {
        let now = clock.now
        return try await writer.write { db, effects in
            guard let present = try Self.schedule(db, schedule.id.rawValue) else {
                throw StoreError(.notFound, "There is no schedule \(schedule.id).")
            }
            guard present.revision == schedule.revision, present.cursor == schedule.cursor else { return nil }
            if !isForced { try present.checkIsFree() }
            try Self.change(db, present, content, closing: closing, managedBy: nil, now: now, effects: &effects)
            return try Self.schedule(db, schedule.id.rawValue)
        }
    }

    static func change(
        _ db: Database,
        _ present: Schedule,
        _ content: ScheduleContent,
        closing: Closing?,
        managedBy: ManagedBy?,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        try checkTask(db, content.task)
        for case .skip(let slots) in closing?.plan.parts ?? [] {
            try insert(db, slots, of: present, now: now)
            effects.tell(.skipped(present.id, present.content.task, slots))
        }
        try db.execute(
            sql: """
                UPDATE schedule SET revision = revision + 1, updatedAt = ?, timesSetAt = ?, name = ?, taskID = ?, repository = ?,
                    ref = ?, expression = ?, zone = ?, policy = ?, cursor = ?, managedBy = ?
                WHERE number = ?
                """,
            arguments: [
                now, content.hasTimes(of: present.content) ? present.timesSetAt : now, content.name, content.task,
                content.repository, content.ref, content.expression,
                content.zone, try JSONText.encode(content.policy),
                max(closing?.through ?? present.cursor, present.cursor), managedBy, present.number,
            ]
        )
        effects.note(.one(present.number))
    }

    /// Marks a schedule as deleted and cancels its queued runs; its slots and runs stay readable.
    ///
    /// - Parameters:
    ///   - id: The schedule's id or slug.
    ///   - isForced: Whether it is deleted although a file declares it.
    /// - Returns: The schedule as it was.
    /// - Throws: `StoreError` `.notFound` without the schedule, `.conflict` for one of a file.
    package func deleteSchedule(_ id: String, isForced: Bool = false) async throws -> Schedule {
        let now = clock.now
        return try await writer.write { db, effects in
            let schedule = try Self.schedule(db, id).orThrow(id)
            if !isForced { try schedule.checkIsFree() }
            try Self.deleteSchedules(db, "number = ?", [schedule.number], now: now, effects: &effects)
            return schedule
        }
    }

    static func deleteSchedules(
        _ db: Database,
        _ condition: String,
        _ arguments: StatementArguments,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        let sql = scheduleSelection + " AND \(condition)"
        for schedule in try Row.fetchAll(db, sql: sql, arguments: arguments).map(Schedule.init(_:)) {
            try db.execute(
                sql: "UPDATE schedule SET deletedAt = ?, revision = revision + 1 WHERE number = ?",
                arguments: [now, schedule.number]
            )
            try cancelQueued(
                db,
                "scheduleID = ?",
                [schedule.id],
                "The schedule was deleted.",
                now: now,
                effects: &effects
            )
            try forgetTold(db, schedule: schedule.id)
            effects.note(.one(schedule.number))
        }
    }

    /// The schedule of an id or a slug; nil when there is none or it is deleted.
    package func schedule(_ idOrSlug: String) async throws -> Schedule? {
        try await read { try Self.schedule($0, idOrSlug) }
    }

    /// The schedule of a row number; nil when there is none or it is deleted.
    package func schedule(number: Int64) async throws -> Schedule? {
        try await read { db in
            let sql = Self.scheduleSelection + " AND number = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [number]).map(Schedule.init(_:))
        }
    }

    /// Which schedules are listed.
    package struct ScheduleFilter: Hashable, Sendable {
        /// A task's id or slug.
        package var task: String?
        /// Only schedules that were made after this one.
        package var after: Schedule.ID?
        package var limit: Int

        package init(task: String? = nil, after: Schedule.ID? = nil, limit: Int = 100) {
            self.task = task
            self.after = after
            self.limit = limit
        }
    }

    /// Schedules, oldest first.
    package func schedules(_ filter: ScheduleFilter) async throws -> [Schedule] {
        try await read { db in
            var sql = Self.scheduleSelection
            var arguments = StatementArguments()
            if let task = filter.task {
                sql += " AND taskID IN (SELECT id FROM task WHERE id = ? OR slug = ?)"
                arguments += [task, task]
            }
            if let after = filter.after {
                sql += " AND number > (SELECT number FROM schedule WHERE id = ?)"
                arguments += [after]
            }
            arguments += [filter.limit]
            return try Row.fetchAll(db, sql: sql + " ORDER BY number LIMIT ?", arguments: arguments)
                .map(Schedule.init(_:))
        }
    }

    /// Schedules by their row numbers, for whoever goes through all of them in pieces.
    package func schedules(afterNumber number: Int64, limit: Int) async throws -> [Schedule] {
        try await read { db in
            let sql = Self.scheduleSelection + " AND number > ? ORDER BY number LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [number, limit]).map(Schedule.init(_:))
        }
    }

    static func schedule(_ db: Database, _ idOrSlug: String) throws -> Schedule? {
        for column in ["id", "slug"] {
            let sql = scheduleSelection + " AND \(column) = ?"
            if let row = try Row.fetchOne(db, sql: sql, arguments: [idOrSlug]) { return try Schedule(row) }
        }
        return nil
    }

    /// The schedule of an id, also when it is deleted.
    static func schedule(_ db: Database, withDeleted id: Schedule.ID) throws -> Schedule? {
        try Row.fetchOne(db, sql: "SELECT * FROM schedule WHERE id = ?", arguments: [id]).map(Schedule.init(_:))
    }

    static let scheduleSelection = "SELECT * FROM schedule WHERE deletedAt IS NULL"

    private static func checkTask(_ db: Database, _ id: AgentTask.ID) throws {
        try checkSteps(try task(db, id.rawValue).orThrow(id.rawValue))
    }
}

extension Schedule {
    init(_ row: Row) throws {
        let pausedAt: Timestamp? = row["pausedAt"]
        self.init(
            id: row["id"],
            number: row["number"],
            slug: row["slug"],
            revision: row["revision"],
            createdAt: row["createdAt"],
            updatedAt: row["updatedAt"],
            timesSetAt: row["timesSetAt"],
            content: ScheduleContent(
                name: row["name"],
                task: row["taskID"],
                repository: row["repository"],
                ref: row["ref"],
                expression: row["expression"],
                zone: row["zone"],
                policy: try JSONText.decode(SchedulePolicy.self, row["policy"])
            ),
            pause: pausedAt.map { SchedulePause(at: $0, note: row["pauseNote"], by: row["pausedBy"]) },
            paused: Absence(row["pausedFrom"], row["resumedAt"]),
            invalid: Absence(row["invalidFrom"], row["validAt"]),
            deletedAt: row["deletedAt"],
            cursor: row["cursor"],
            failuresInARow: row["failuresInARow"],
            managedBy: row["managedBy"]
        )
    }
}

extension Absence {
    init?(_ from: Timestamp?, _ until: Timestamp?) {
        guard let from else { return nil }
        self.init(from: from, until: until)
    }
}

extension Optional where Wrapped == Schedule {
    func orThrow(_ id: String) throws -> Schedule {
        guard let self else { throw StoreError(.notFound, "There is no schedule \(id).") }
        return self
    }
}
