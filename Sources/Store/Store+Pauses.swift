import GRDB
package import Model

extension Store {
    /// Pauses a schedule; one that is paused stays so, with the new note.
    package func pauseSchedule(_ id: String, note: String?, by: String?) async throws -> Schedule {
        let now = clock.now
        return try await writer.write { db, effects in
            let schedule = try Self.schedule(db, id).orThrow(id)
            try Self.pause(db, schedule, SchedulePause(at: now, note: note, by: by), effects: &effects)
            return try Self.schedule(db, schedule.id.rawValue).orThrow(id)
        }
    }

    /// Ends a schedule's pause; the slots that fell into it are accounted for as such.
    package func resumeSchedule(_ id: String) async throws -> Schedule {
        let now = clock.now
        return try await writer.write { db, effects in
            let schedule = try Self.schedule(db, id).orThrow(id)
            guard schedule.pause != nil else { return schedule }
            try db.execute(
                sql: """
                    UPDATE schedule SET pausedAt = NULL, pauseNote = NULL, pausedBy = NULL, resumedAt = ?,
                        failuresInARow = 0, revision = revision + 1, updatedAt = ?
                    WHERE number = ?
                    """,
                arguments: [now, now, schedule.number]
            )
            effects.note(.one(schedule.number))
            effects.tell(.resumed(schedule.id))
            return try Self.schedule(db, schedule.id.rawValue).orThrow(id)
        }
    }

    /// Whether all schedules are paused, and since when they are not.
    package func pauseOfAll() async throws -> PauseOfAll {
        try await read { try Self.pauseOfAll($0) }
    }

    /// Pauses all schedules, whatever their own pauses.
    package func pauseAllSchedules(note: String?, by: String?) async throws -> PauseOfAll {
        let now = clock.now
        return try await writer.write { db, effects in
            try db.execute(
                // Slots of a pause that ended just now may not be accounted for yet.
                sql: """
                    UPDATE pauseOfAll SET
                        pausedFrom = CASE WHEN pausedAt IS NULL AND coalesce(resumedAt, 0) < ? THEN ? ELSE pausedFrom END,
                        resumedAt = NULL, pausedAt = coalesce(pausedAt, ?), pauseNote = ?, pausedBy = ?
                    """,
                arguments: [now + .seconds(-60), now, now, note, by]
            )
            effects.note(.all)
            let all = try Self.pauseOfAll(db)
            effects.tell(.pausedAll(all.pause))
            return all
        }
    }

    /// Ends the pause of all schedules; those with a pause of their own stay paused.
    package func resumeAllSchedules() async throws -> PauseOfAll {
        let now = clock.now
        return try await writer.write { db, effects in
            try db.execute(
                sql: """
                    UPDATE pauseOfAll SET pausedAt = NULL, pauseNote = NULL, pausedBy = NULL, resumedAt = ?
                    WHERE pausedAt IS NOT NULL
                    """,
                arguments: [now]
            )
            if db.changesCount > 0 {
                effects.note(.all)
                effects.tell(.pausedAll(nil))
            }
            return try Self.pauseOfAll(db)
        }
    }

    /// Notes that schedules' zones cannot be read from now on, or can again.
    package func setInvalid(_ schedules: [Schedule], _ isInvalid: Bool) async throws {
        let now = clock.now
        try await writer.write(rows: schedules.count) { db, _ in
            for schedule in schedules {
                // A loss before the slots of the one before are accounted for makes one of both.
                let sql =
                    isInvalid
                    ? """
                    UPDATE schedule SET
                        invalidFrom = CASE WHEN validAt IS NULL OR validAt <= cursor THEN ? ELSE invalidFrom END,
                        validAt = NULL
                    WHERE number = ?
                    """ : "UPDATE schedule SET validAt = ? WHERE number = ?"
                try db.execute(sql: sql, arguments: [now, schedule.number])
            }
        }
    }

    /// Counts how a schedule's run ended; after too many failures in a row the schedule pauses itself.
    static func count(
        _ db: Database,
        _ state: RunState,
        of id: Schedule.ID,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        guard let isFailure = state.countsAsFailure else { return }
        try count(db, isFailure: isFailure, of: id, now: now, effects: &effects)
    }

    static func count(
        _ db: Database,
        isFailure: Bool,
        of id: Schedule.ID,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        guard let schedule = try schedule(db, id.rawValue) else { return }
        let failures = isFailure ? schedule.failuresInARow + 1 : 0
        guard failures != schedule.failuresInARow else { return }
        try db.execute(
            sql: "UPDATE schedule SET failuresInARow = ? WHERE number = ?",
            arguments: [failures, schedule.number]
        )
        guard let most = schedule.content.policy.pauseAfterFailures, failures >= most, schedule.pause == nil else {
            return
        }
        let note = failures == 1 ? "Its run failed." : "\(failures) of its runs failed in a row."
        try pause(
            db,
            schedule,
            SchedulePause(at: now, note: note, by: "caretaker"),
            failures: failures,
            effects: &effects
        )
    }

    static func pauseOfAll(_ db: Database) throws -> PauseOfAll {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM pauseOfAll") else { return PauseOfAll() }
        let pausedAt: Timestamp? = row["pausedAt"]
        return PauseOfAll(
            pause: pausedAt.map { SchedulePause(at: $0, note: row["pauseNote"], by: row["pausedBy"]) },
            paused: Absence(row["pausedFrom"], row["resumedAt"])
        )
    }

    private static func pause(
        _ db: Database,
        _ schedule: Schedule,
        _ pause: SchedulePause,
        failures: Int = 0,
        effects: inout CommitEffects
    ) throws {
        try db.execute(
            sql: """
                UPDATE schedule SET
                    pausedFrom = CASE
                        WHEN pausedAt IS NULL AND coalesce(resumedAt, 0) <= cursor THEN ? ELSE coalesce(pausedFrom, ?) END,
                    resumedAt = NULL, pausedAt = coalesce(pausedAt, ?), pauseNote = ?, pausedBy = ?,
                    revision = revision + 1, updatedAt = ?
                WHERE number = ?
                """,
            arguments: [pause.at, pause.at, pause.at, pause.note, pause.by, pause.at, schedule.number]
        )
        effects.note(.one(schedule.number))
        effects.tell(.paused(schedule.id, pause, failures: failures))
    }
}

extension RunState {
    /// Whether it counts among a schedule's failures; nil for what says nothing of the task.
    fileprivate var countsAsFailure: Bool? {
        switch self {
        case .succeeded: false
        case .failed, .timedOut, .lost: true
        case .queued, .starting, .running, .cancelled: nil
        }
    }
}
