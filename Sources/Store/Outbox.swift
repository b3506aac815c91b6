import GRDB
import Model

/// Writes notices, each in the transaction of what it tells.
struct Outbox: Sendable {
    /// What is told; nothing while nobody asked for it.
    let events: Set<Notice.Event>

    /// How many runs of a task have failed since one succeeded; to be asked before the one that ends is counted.
    func failures(of task: AgentTask.ID, _ db: Database) throws -> Int {
        guard !events.isEmpty else { return 0 }
        let sql = "SELECT failuresInARow FROM taskFigures WHERE taskID = ?"
        return try Int.fetchOne(db, sql: sql, arguments: [task]) ?? 0
    }

    /// Tells how a run ended after which no other attempt follows.
    ///
    /// - Parameters:
    ///   - id: The run, in its final state.
    ///   - failures: How many runs of its task had failed before it since one succeeded.
    ///   - db: Where its end is written.
    ///   - now: When it ended.
    ///   - effects: What is announced.
    /// - Throws: What the database throws.
    func tellEnd(
        of id: Run.ID,
        failuresBefore failures: Int,
        _ db: Database,
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws {
        let run = try Store.run(db, id)
        switch run.state {
        case .succeeded: try tellRecovery(run, failures, db, now: now, &effects)
        case .failed, .timedOut, .lost: try tellFailure(run, failures + 1, db, now: now, &effects)
        case .queued, .starting, .running, .cancelled: break
        }
    }

    /// Tells the failure of a run that was to be tried again, and is not.
    func tellFailure(of id: Run.ID, _ db: Database, now: Timestamp, _ effects: inout CommitEffects) throws {
        guard !events.isEmpty else { return }
        let run = try Store.run(db, id)
        try tellFailure(run, try failures(of: run.taskID, db), db, now: now, &effects)
    }

    /// Tells that a schedule is overdue; false when that was told already.
    func tellOverdue(
        _ schedule: Schedule,
        lastSuccess: Timestamp?,
        _ db: Database,
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws -> Bool {
        guard events.contains(.overdue) else { return false }
        try db.execute(
            sql: "INSERT INTO toldOverdue (scheduleID, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [schedule.id, now]
        )
        guard db.changesCount > 0 else { return false }
        let id = schedule.content.task
        let data = NoticeData(
            task: try Store.task(db, id.rawValue).orThrow(id.rawValue),
            run: nil,
            schedule: schedule,
            lastSuccess: lastSuccess,
            failuresInARow: try failures(of: id, db)
        )
        try insert(.scheduleOverdue, data, db, now: now, &effects)
        return true
    }

    private func tellFailure(
        _ run: Run,
        _ failures: Int,
        _ db: Database,
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws {
        guard events.contains(.failure) else { return }
        let data = try data(of: run, failures, db)
        // A task that is deleted cannot recover.
        if data.task.deletedAt == nil {
            try db.execute(
                sql: "INSERT INTO toldFailure (taskID, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [run.taskID, now]
            )
        }
        try insert(.runFailed, data, db, now: now, &effects)
    }

    /// Also while nobody asked for notices: what was told before is over, and later successes are no news.
    private func tellRecovery(
        _ run: Run,
        _ failures: Int,
        _ db: Database,
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws {
        try db.execute(sql: "DELETE FROM toldFailure WHERE taskID = ?", arguments: [run.taskID])
        let wasFailing = db.changesCount > 0
        var wasOverdue = false
        if let schedule = run.origin.schedule {
            try db.execute(sql: "DELETE FROM toldOverdue WHERE scheduleID = ?", arguments: [schedule])
            wasOverdue = db.changesCount > 0
        }
        guard wasFailing || wasOverdue else { return }
        let data = try data(of: run, failures, db)
        // It can be overdue again from now on.
        if wasOverdue, let schedule = data.schedule { effects.note(.one(schedule.number)) }
        guard events.contains(.recovery) else { return }
        if wasFailing { try insert(.runRecovered, data, db, now: now, &effects) }
        if wasOverdue { try insert(.scheduleRecovered, data, db, now: now, &effects) }
    }

    private func data(of run: Run, _ failures: Int, _ db: Database) throws -> NoticeData {
        let schedule = try run.origin.schedule.flatMap { try Store.schedule(db, withDeleted: $0) }
        return NoticeData(
            task: try Store.task(db, at: run.taskVersion, of: run.taskID),
            run: run,
            schedule: schedule,
            lastSuccess: try schedule.flatMap { try Store.lastSuccess(db, of: $0.id) },
            failuresInARow: failures
        )
    }

    private func insert(
        _ kind: Notice.Kind,
        _ data: NoticeData,
        _ db: Database,
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws {
        try db.execute(
            sql: "INSERT INTO notice (id, kind, at, data, nextAttemptAt) VALUES (?, ?, ?, ?, ?)",
            arguments: [Notice.ID(at: now), kind.rawValue, now, data.json, now]
        )
        effects.noteNotice()
    }
}

extension Store {
    /// Forgets what was told to be wrong with a task or schedule that goes.
    static func forgetTold(_ db: Database, task: AgentTask.ID) throws {
        try db.execute(sql: "DELETE FROM toldFailure WHERE taskID = ?", arguments: [task])
    }

    static func forgetTold(_ db: Database, schedule: Schedule.ID) throws {
        try db.execute(sql: "DELETE FROM toldOverdue WHERE scheduleID = ?", arguments: [schedule])
    }

    /// When a run of a schedule last succeeded.
    fileprivate static func lastSuccess(_ db: Database, of schedule: Schedule.ID) throws -> Timestamp? {
        let sql = "SELECT lastSuccessAt FROM scheduleFigures WHERE scheduleID = ?"
        return try Timestamp.fetchOne(db, sql: sql, arguments: [schedule])
    }
}
