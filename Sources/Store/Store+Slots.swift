import GRDB
package import Model

/// The slots of one schedule that have come due, with what is to become of them.
package struct SlotAccount: Sendable {
    /// The schedule's row, and what it must still be.
    package var number: Int64
    package var revision: Int
    package var cursor: Timestamp
    package var policy: SchedulePolicy
    package var plan: SlotPlan

    package init(number: Int64, revision: Int, cursor: Timestamp, policy: SchedulePolicy, plan: SlotPlan) {
        self.number = number
        self.revision = revision
        self.cursor = cursor
        self.policy = policy
        self.plan = plan
    }
}

/// What became of an account.
package enum SlotOutcome: Hashable, Sendable {
    /// The schedule was moved on; so many of its slots were skipped because the queue was full.
    case applied(refused: Int)
    /// The schedule is not what it was, or all are or were paused: its row is to be read again.
    case outdated
    /// It cannot be applied, whatever is tried.
    case failed(String)
}

extension Store {
    /// Turns due slots into runs and records, and moves the schedules on, all in one transaction.
    ///
    /// The lock against another service on the same database is the comparison of revision and cursor, and for runs
    /// that a slot can have only one. A pause of all schedules that came and went unseen makes every account outdated.
    ///
    /// - Parameters:
    ///   - accounts: At most one per schedule.
    ///   - lastPause: The last pause of all schedules that the plans know of.
    ///   - queueLimit: How many runs may wait; slots beyond it are skipped for `capacity`.
    /// - Returns: The outcomes, in the accounts' order.
    /// - Throws: Why the transaction failed, of which then nothing is done.
    package func account(
        _ accounts: [SlotAccount],
        knowing lastPause: Absence?,
        queueLimit: Int
    ) async throws -> [SlotOutcome] {
        let now = clock.now
        return try await writer.write(rows: accounts.count * 2, bytes: accounts.count * 512) { [self] db, effects in
            try refuseWithoutRoom()
            let all = try Self.pauseOfAll(db)
            guard all.pause == nil, all.paused == lastPause else { return accounts.map { _ in .outdated } }
            var accountant = SlotAccountant(room: try Self.room(db, queueLimit), now: now, outbox: outbox)
            return try accounts.map { try accountant.apply($0, db, &effects) }
        }
    }

    /// Makes runs of slots of the past that were skipped; their records are replaced by what is left of them.
    ///
    /// - Parameters:
    ///   - schedule: The schedule.
    ///   - replacements: For each record that is touched what is to stand in its place.
    ///   - queueLimit: How many runs may wait.
    /// - Returns: The runs; nil when a record has changed meanwhile, and all is to be worked out again.
    /// - Throws: `StoreError` `.full` when the queue has no room for all, `.conflict` for a task without steps.
    package func backfill(
        _ schedule: Schedule,
        _ replacements: [(record: SkippedRecord, plan: SlotPlan)],
        queueLimit: Int
    ) async throws -> [Run.ID]? {
        let now = clock.now
        return try await writer.write(rows: replacements.count * 4) { [self] db, effects in
            try refuseWithoutRoom()
            let starts = replacements.flatMap(\.plan.parts).count { if case .start = $0 { true } else { false } }
            guard try Self.room(db, queueLimit) >= starts else {
                throw StoreError(.full, "The queue has no room for \(starts) more runs (executors.queue_limit).")
            }
            let present = try Self.schedule(db, schedule.id.rawValue).orThrow(schedule.id.rawValue)
            let task = try Self.task(db, present.content.task.rawValue).orThrow(present.content.task.rawValue)
            try Self.checkSteps(task)
            // All are looked at before anything is done.
            for (record, _) in replacements {
                guard try Self.isThere(db, record, of: schedule.id) else { return nil }
            }
            var runs: [Run.ID] = []
            var next = Run.ID(at: now)
            for (record, plan) in replacements {
                try Self.remove(db, record, of: schedule.id)
                for part in plan.parts {
                    switch part {
                    case .skip(let slots):
                        var rest = record
                        rest.slots = slots
                        try Self.insert(db, rest, of: schedule.id)
                    case .start(let slot):
                        let isNew = try Self.insertRun(
                            db,
                            next,
                            of: task,
                            present.content,
                            present.id,
                            slot,
                            .backfill,
                            now: now,
                            effects: &effects
                        )
                        if isNew { runs.append(next) }
                        next = next.successor
                    }
                }
            }
            return runs
        }
    }

    /// Inserts the run of a slot; false when it has one.
    static func insertRun(
        _ db: Database,
        _ id: Run.ID,
        of task: AgentTask,
        _ content: ScheduleContent,
        _ schedule: Schedule.ID,
        _ slot: Timestamp?,
        _ trigger: RunOrigin.Trigger,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Bool {
        try insertRow(
            db,
            id,
            of: task,
            NewRun(
                task: task.slug,
                repository: content.repository,
                ref: content.ref,
                priority: content.policy.priority
            ),
            RunOrigin(
                trigger: trigger,
                schedule: schedule,
                slot: slot,
                precheck: content.policy.precheck,
                isSerial: content.policy.isSerial,
                isHeldByPause: trigger == .schedule
            ),
            retryOf: nil,
            now: now,
            effects: &effects
        )
    }

    /// Makes a run of a schedule now, whatever its slots and pauses.
    package func runNow(_ id: String, queueLimit: Int) async throws -> Run {
        let now = clock.now
        return try await writer.write { [self] db, effects in
            try refuseWithoutRoom()
            try Self.makeSureOfRoom(db, queueLimit)
            let schedule = try Self.schedule(db, id).orThrow(id)
            let task = try Self.task(db, schedule.content.task.rawValue).orThrow(schedule.content.task.rawValue)
            try Self.checkSteps(task)
            let run = Run.ID(at: now)
            _ = try Self.insertRun(
                db,
                run,
                of: task,
                schedule.content,
                schedule.id,
                nil,
                .manual,
                now: now,
                effects: &effects
            )
            return try Self.run(db, run)
        }
    }
}
