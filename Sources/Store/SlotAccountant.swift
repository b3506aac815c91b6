import GRDB
import Model

/// Applies the accounts of one transaction: what they have in common is read once.
struct SlotAccountant {
    /// How many runs may yet be queued.
    var room: Int
    let now: Timestamp
    private let outbox: Outbox
    private var tasks: [AgentTask.ID: AgentTask] = [:]
    private var nextID: Run.ID

    init(room: Int, now: Timestamp, outbox: Outbox) {
        self.room = room
        self.now = now
        self.outbox = outbox
        nextID = Run.ID(at: now)
    }

    /// What a schedule's row and its runs say at the moment when it is moved on.
    private struct Target {
        let id: Schedule.ID
        let content: ScheduleContent
        /// Its runs that are starting or running.
        var running: [Run.ID] = []
        /// How many of its runs wait to be tried again.
        var retries = 0
        /// How many of its runs wait otherwise.
        var queued = 0

        /// How many count as active: a pending retry does.
        var active: Int { running.count + retries }
    }

    /// Applies one account; what is wrong with it alone takes nothing with it.
    mutating func apply(_ account: SlotAccount, _ db: Database, _ effects: inout CommitEffects) throws -> SlotOutcome {
        let before = self
        var own = CommitEffects()
        do {
            let outcome = try StoreWriter.inSavepoint(db) { try perform(account, db, &own) }
            effects.merge(own)
            return outcome
        } catch {
            self = before
            // A full disk and the like end the whole transaction.
            guard db.isInsideTransaction, !error.isOfStorage else { throw error }
            return .failed("\(error)")
        }
    }

    private mutating func perform(
        _ account: SlotAccount,
        _ db: Database,
        _ effects: inout CommitEffects
    ) throws -> SlotOutcome {
        guard let last = account.plan.last, var target = try moveOn(account, to: last, db) else { return .outdated }
        let task = try task(of: target, db)
        // The overlap policy has the last word, and may skip more.
        var plan = SlotPlan()
        var refused = 0
        for part in account.plan.parts {
            guard case .start(let slot) = part else {
                if case .skip(let slots) = part { plan.skip(slots) }
                continue
            }
            let decision = account.policy.overlap.decide(active: target.active, queued: target.queued)
            if task.steps.isEmpty {
                plan.skip(SkippedSlots(slot, .invalid))
            } else if decision == .skip {
                plan.skip(SkippedSlots(slot, .overlap))
            } else {
                if decision == .startCancelling { try cancel(&target, db, &effects) }
                if room <= 0 {
                    plan.skip(SkippedSlots(slot, .capacity))
                    refused += 1
                } else if try start(slot, of: task, &target, db, &effects) {
                    plan.start(slot)
                }
            }
        }
        try record(plan, account, target, db, &effects)
        return .applied(refused: refused)
    }

    /// Makes a slot's run; false when it has one.
    private mutating func start(
        _ slot: Timestamp,
        of task: AgentTask,
        _ target: inout Target,
        _ db: Database,
        _ effects: inout CommitEffects
    ) throws -> Bool {
        let isNew = try Store.insertRun(
            db,
            nextID,
            of: task,
            target.content,
            target.id,
            slot,
            .schedule,
            now: now,
            effects: &effects
        )
        // Runs that are made together are admitted in the order of their slots.
        nextID = nextID.successor
        guard isNew else { return false }
        target.queued += 1
        room -= 1
        return true
    }

    /// Moves a schedule's cursor if it is what it was; one statement, as very many may come due at once.
    private func moveOn(_ account: SlotAccount, to last: Timestamp, _ db: Database) throws -> Target? {
        // The index by name: of those that fit, the planner would also take that of the whole queue. And the cast, without
        // which SQLite does not seek in it for a column of the row that is returned, but reads all of it.
        let statement = try db.cachedStatement(
            sql: """
                UPDATE schedule SET cursor = ?
                WHERE number = ? AND revision = ? AND cursor = ? AND pausedAt IS NULL AND deletedAt IS NULL
                RETURNING id, taskID, repository, ref, expression, zone,
                    (SELECT group_concat(state || ' ' || origin || ' ' || run.id)
                        FROM run INDEXED BY runOfScheduleUnfinished
                        WHERE scheduleID = CAST(schedule.id AS TEXT) AND state IN ('queued', 'starting', 'running')) AS unfinished
                """
        )
        let row = try Row.fetchOne(
            statement,
            arguments: [last, account.number, account.revision, account.cursor]
        )
        guard let row else { return nil }
        var target = Target(
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
        let unfinished: String? = row["unfinished"]
        for run in (unfinished ?? "").split(separator: ",") {
            let words = run.split(separator: " ")
            if words[0] != RunState.Name.queued.rawValue {
                target.running.append(Run.ID(rawValue: String(words[2])))
            } else if words[1] == RunOrigin.Trigger.retry.rawValue {
                target.retries += 1
            } else {
                target.queued += 1
            }
        }
        return target
    }

    private mutating func task(of target: Target, _ db: Database) throws -> AgentTask {
        let id = target.content.task
        if let task = tasks[id] { return task }
        let task = try Store.task(db, id.rawValue).orThrow(id.rawValue)
        tasks[id] = task
        return task
    }

    private func cancel(_ target: inout Target, _ db: Database, _ effects: inout CommitEffects) throws {
        if target.retries > 0 { try tellFailures(target, db, &effects) }
        try Store.cancelQueued(
            db,
            "scheduleID = ?",
            [target.id],
            "A later run of the schedule took its place.",
            now: now,
            effects: &effects
        )
        // The failure that was to be tried again stays one.
        if target.retries > 0 { try Store.count(db, isFailure: true, of: target.id, now: now, effects: &effects) }
        target.queued = 0
        target.retries = 0
        for run in target.running { try Store.requestCancel(db, run, now: now, effects: &effects) }
    }

    /// Tells the failures that were to be tried again.
    private func tellFailures(_ target: Target, _ db: Database, _ effects: inout CommitEffects) throws {
        let sql = "SELECT retryOf FROM run WHERE scheduleID = ? AND state = 'queued' AND origin = 'retry'"
        for failed in try Run.ID.fetchAll(db, sql: sql, arguments: [target.id]) {
            try outbox.tellFailure(of: failed, db, now: now, &effects)
        }
    }

    /// Writes what was skipped; slots that go on from the last record join it.
    private func record(
        _ plan: SlotPlan,
        _ account: SlotAccount,
        _ target: Target,
        _ db: Database,
        _ effects: inout CommitEffects
    ) throws {
        for (index, part) in plan.parts.enumerated() {
            guard case .skip(let slots) = part else { continue }
            effects.tell(.skipped(target.id, target.content.task, slots))
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

extension Error {
    /// Whether it says nothing of what was to be written, but that nothing can be.
    fileprivate var isOfStorage: Bool {
        guard let error = self as? DatabaseError else { return false }
        return [.SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_NOMEM].contains(error.resultCode)
    }
}
