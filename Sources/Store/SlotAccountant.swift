import GRDB
import Model

/// Applies the accounts of one transaction: what they have in common is read once.
struct SlotAccountant {
    /// How many runs may yet be queued.
    var room: Int
    let now: Timestamp
    private var tasks: [AgentTask.ID: AgentTask] = [:]

    init(room: Int, now: Timestamp) {
        self.room = room
        self.now = now
    }

    /// What a schedule's row and its runs say at the moment when it is moved on.
    private struct Target {
        let id: Schedule.ID
        let content: ScheduleContent
        /// Its runs that are starting or running.
        var active: [Run.ID]
        /// How many of its runs wait.
        var queued: Int
    }

    /// Applies one account; false when its schedule is not what it was.
    mutating func apply(_ account: SlotAccount, _ db: Database, _ effects: inout CommitEffects) throws -> Bool {
        guard let last = account.plan.last, var target = try moveOn(account, to: last, db) else { return false }
        let task = try task(of: target, db)
        // The overlap policy has the last word, and may skip more.
        var plan = SlotPlan()
        for part in account.plan.parts {
            guard case .start(let slot) = part else {
                if case .skip(let slots) = part { plan.skip(slots) }
                continue
            }
            let decision = account.policy.overlap.decide(active: target.active.count, queued: target.queued)
            guard decision != .skip else {
                plan.skip(SkippedSlots(slot, .overlap))
                continue
            }
            guard room > 0 else {
                plan.skip(SkippedSlots(slot, .capacity))
                continue
            }
            if decision == .startCancelling { try cancel(&target, db, &effects) }
            let isNew = try Store.insertRun(
                db,
                Run.ID(at: now),
                of: task,
                target.content,
                target.id,
                slot,
                .schedule,
                now: now,
                effects: &effects
            )
            guard isNew else { continue }
            plan.start(slot)
            target.queued += 1
            room -= 1
        }
        try record(plan, account, target, db)
        return true
    }

    /// Moves a schedule's cursor if it is what it was; one statement, as very many may come due at once.
    private func moveOn(_ account: SlotAccount, to last: Timestamp, _ db: Database) throws -> Target? {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE schedule SET cursor = ?, invalidAt = NULL
                WHERE number = ? AND revision = ? AND cursor = ? AND pausedAt IS NULL AND deletedAt IS NULL
                RETURNING id, taskID, repository, ref, expression, zone,
                    (SELECT group_concat(run.id) FROM run
                        WHERE scheduleID = schedule.id AND state IN ('starting', 'running')) AS active,
                    (SELECT count(*) FROM run WHERE scheduleID = schedule.id AND state = 'queued') AS queued
                """
        )
        let row = try Row.fetchOne(
            statement,
            arguments: [last, account.number, account.revision, account.cursor]
        )
        return row.map { row in
            let active: String? = row["active"]
            return Target(
                id: row["id"],
                content: ScheduleContent(
                    name: "",
                    task: row["taskID"],
                    repository: row["repository"],
                    ref: row["ref"],
                    expression: row["expression"],
                    zone: row["zone"],
                    policy: account.policy
                ),
                active: (active ?? "").split(separator: ",").map { Run.ID(rawValue: String($0)) },
                queued: row["queued"]
            )
        }
    }

    private mutating func task(of target: Target, _ db: Database) throws -> AgentTask {
        let id = target.content.task
        if let task = tasks[id] { return task }
        let task = try Store.task(db, id.rawValue).orThrow(id.rawValue)
        tasks[id] = task
        return task
    }

    private func cancel(_ target: inout Target, _ db: Database, _ effects: inout CommitEffects) throws {
        try Store.cancelQueued(
            db,
            "scheduleID = ?",
            [target.id],
            "A later run of the schedule took its place.",
            now: now,
            effects: &effects
        )
        target.queued = 0
        for run in target.active { try Store.requestCancel(db, run, now: now, effects: &effects) }
    }

    /// Writes what was skipped; slots that go on from the last record join it.
    private func record(_ plan: SlotPlan, _ account: SlotAccount, _ target: Target, _ db: Database) throws {
        for (index, part) in plan.parts.enumerated() {
            guard case .skip(let slots) = part else { continue }
            if index == 0, try isJoined(slots, account, target, db) { continue }
            try Store.insert(db, SkippedRecord(slots, target.content, at: now), of: target.id)
        }
    }

    private func isJoined(
        _ slots: SkippedSlots,
        _ account: SlotAccount,
        _ target: Target,
        _ db: Database
    ) throws -> Bool {
        // What was accounted for last ended at the cursor.
        let statement = try db.cachedStatement(
            sql: """
                UPDATE skippedSlots SET last = ?, count = count + ?, at = ?
                WHERE scheduleID = ? AND first = (SELECT max(first) FROM skippedSlots WHERE scheduleID = ?)
                    AND last = ? AND reason = ? AND expression = ? AND zone = ?
                """
        )
        try statement.execute(arguments: [
            slots.last, slots.count, now, target.id, target.id, account.cursor, slots.reason.rawValue,
            target.content.expression, target.content.zone,
        ])
        return db.changesCount == 1
    }
}
