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

    /// The columns of a schedule that make a run.
    private struct Target {
        let id: Schedule.ID
        let content: ScheduleContent
    }

    /// Applies one account; false when its schedule is not what it was.
    mutating func apply(_ account: SlotAccount, _ db: Database, _ effects: inout CommitEffects) throws -> Bool {
        guard let last = account.plan.last, try moveOn(account, to: last, db) else { return false }
        let target = try target(account, db)
        let task = try task(of: target, db)
        var unfinished = try Unfinished(db, target.id)
        // The overlap policy has the last word, and may skip more.
        var plan = SlotPlan()
        for part in account.plan.parts {
            guard case .start(let slot) = part else {
                if case .skip(let slots) = part { plan.skip(slots) }
                continue
            }
            let decision = account.policy.overlap.decide(active: unfinished.active.count, queued: unfinished.queued)
            guard decision != .skip else {
                plan.skip(SkippedSlots(slot, .overlap))
                continue
            }
            guard room > 0 else {
                plan.skip(SkippedSlots(slot, .capacity))
                continue
            }
            if decision == .startCancelling { try cancel(&unfinished, of: target.id, db, &effects) }
            let isNew = try Store.insertRun(
                db, Run.ID(at: now), of: task, target.content, target.id, slot, .schedule, now: now,
                effects: &effects
            )
            guard isNew else { continue }
            plan.start(slot)
            unfinished.queued += 1
            room -= 1
        }
        try record(plan, account, target, db)
        return true
    }

    private func moveOn(_ account: SlotAccount, to last: Timestamp, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE schedule SET cursor = ?, invalidAt = NULL
                WHERE number = ? AND revision = ? AND cursor = ? AND pausedAt IS NULL AND deletedAt IS NULL
                """
        )
        try statement.execute(arguments: [last, account.number, account.revision, account.cursor])
        return db.changesCount == 1
    }

    private func target(_ account: SlotAccount, _ db: Database) throws -> Target {
        let statement = try db.cachedStatement(
            sql: "SELECT id, taskID, repository, ref, expression, zone FROM schedule WHERE number = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [account.number]) else {
            throw StoreError(.notFound, "A schedule has gone in the middle of a transaction.")
        }
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
            )
        )
    }

    private mutating func task(of target: Target, _ db: Database) throws -> AgentTask {
        let id = target.content.task
        if let task = tasks[id] { return task }
        let task = try Store.task(db, id.rawValue).orThrow(id.rawValue)
        tasks[id] = task
        return task
    }

    /// A schedule's runs that have not ended.
    private struct Unfinished {
        var active: [Run.ID] = []
        var queued = 0

        init(_ db: Database, _ schedule: Schedule.ID) throws {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT id, state FROM run WHERE scheduleID = ? AND state IN ('queued', 'starting', 'running')
                    """
            )
            let rows = try Row.fetchCursor(statement, arguments: [schedule])
            while let row = try rows.next() {
                let state: String = row["state"]
                if state == RunState.Name.queued.rawValue { queued += 1 } else { active.append(row["id"]) }
            }
        }
    }

    private func cancel(
        _ unfinished: inout Unfinished,
        of schedule: Schedule.ID,
        _ db: Database,
        _ effects: inout CommitEffects
    ) throws {
        try Store.cancelQueued(
            db, "scheduleID = ?", [schedule], "A later run of the schedule took its place.", now: now,
            effects: &effects
        )
        unfinished.queued = 0
        for run in unfinished.active { try Store.requestCancel(db, run, now: now, effects: &effects) }
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
