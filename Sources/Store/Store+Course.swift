import GRDB
package import Model

/// How a run ended.
package struct RunEnding: Hashable, Sendable {
    package var state: RunState
    package var detail: String?

    package init(state: RunState, detail: String?) {
        self.state = state
        self.detail = detail
    }
}

/// A `RunEnding` as its column has it.
private struct StoredEnding: Codable {
    let state: String
    let reason: String?
    let detail: String?

    init(_ ending: RunEnding) {
        state = ending.state.name.rawValue
        reason = ending.state.reason
        detail = ending.detail
    }

    var ending: RunEnding {
        get throws {
            guard let name = RunState.Name(rawValue: state), let state = RunState(name: name, reason: reason) else {
                throw StoreError(
                    .unusable,
                    "A run is to end as \(state) with \(reason ?? "no reason"), which is no state."
                )
            }
            return RunEnding(state: state, detail: detail)
        }
    }
}

extension Store {
    /// Rings when the queue or the places under the caps may have changed, and once at first.
    package func queueBell() -> AsyncStream<Void> {
        feeds.bell(of: .queue)
    }

    /// Rings at every commit, and once at first.
    package func changes() -> AsyncStream<Void> {
        feeds.bell(of: .all)
    }

    /// Moves the queued runs that the caps allow to `starting`, each with an instance row, before anything is created.
    package func admitRuns(caps: Admission.Caps, runtime: RuntimeKind) async throws -> [Run] {
        guard !isOutOfRoom else { return [] }
        let now = clock.now
        return try await writer.write { db, effects in
            let active = try Self.candidates(db, "state IN ('starting', 'running')", now)
            let queued = active.count < caps.global ? try Self.candidates(db, "state = 'queued'", now) : []
            var admitted: [Run] = []
            var held: [RunState.Waiting: [Run.ID]] = [:]
            for (id, decision) in Admission.decide(queued: queued, active: active, caps: caps) {
                switch decision {
                case .admit: admitted.append(try Self.admit(db, id, runtime, now: now, effects: &effects))
                case .wait(let waiting): held[waiting, default: []].append(id)
                }
            }
            for (waiting, runs) in held { try Self.setWaiting(db, waiting, "IN", runs, &effects) }
            try Self.setWaitingForPlaces(db, but: held.values.flatMap(\.self), now: now, &effects)
            return admitted
        }
    }

    /// When the first of the queued runs that wait for their time and for nothing else may start; nil when none does.
    ///
    /// It may have passed since they were last looked at.
    package func nextRetry() async throws -> Timestamp? {
        try await read { db in
            let sql = "SELECT min(notBefore) FROM run WHERE state = 'queued' AND reason = ?"
            return try Timestamp.fetchOne(db, sql: sql, arguments: [RunState.Waiting.backoff.rawValue])
        }
    }

    /// Says for all queued runs what they wait for, before the caps are looked at.
    ///
    /// - Returns: Whether any run is queued.
    package func holdQueue(for waiting: RunState.Waiting) async throws -> Bool {
        try await writer.write { db, effects in
            try Self.setWaiting(db, waiting, "NOT IN", [], &effects)
            return try Self.hasQueuedRuns(db)
        }
    }

    /// Whether any run is queued.
    package func hasQueuedRuns() async throws -> Bool {
        try await read { try Self.hasQueuedRuns($0) }
    }

    /// How many runs are active, how many wait, and the slug of a schedule.
    ///
    /// - Parameter schedule: The schedule's number.
    /// - Returns: The counts, and the slug of the schedule if there is one.
    /// - Throws: What the database throws.
    package func runCounts(
        andSlugOf schedule: Int64? = nil
    ) async throws -> (active: Int, queued: Int, slug: String?) {
        try await read { db in
            let active = "SELECT count(*) FROM run WHERE state IN ('starting', 'running')"
            let slug = try schedule.flatMap {
                try String.fetchOne(db, sql: "SELECT slug FROM schedule WHERE number = ?", arguments: [$0])
            }
            return (
                try Int.fetchOne(db, sql: active) ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM run WHERE state = 'queued'") ?? 0,
                slug
            )
        }
    }

    /// Has those look who wait for the queue to change.
    package func ringQueue() {
        feeds.ringQueue()
    }

    private static func hasQueuedRuns(_ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM run WHERE state = 'queued')") ?? false
    }

    /// The runs that hold a place, oldest first.
    package func activeRuns() async throws -> [Run] {
        try await read { db in
            let sql = Self.runSelection + " WHERE run.state IN ('starting', 'running') ORDER BY run.id"
            return try Row.fetchAll(db, sql: sql).map(Run.init(_:))
        }
    }

    /// Moves a run on, if it may go there.
    package func moveRun(_ id: Run.ID, to state: RunState) async throws {
        let now = clock.now
        try await writer.write { db, effects in
            try Self.move(db, id, to: state, detail: nil, now: now, effects: &effects)
        }
    }

    package func setCommit(_ commit: String?, of id: Run.ID) async throws {
        try await writer.write { db, _ in
            try db.execute(sql: "UPDATE run SET \"commit\" = ? WHERE id = ?", arguments: [commit, id])
        }
    }

    package func setResult(_ result: WorkExport, of id: Run.ID) async throws {
        try await writer.write { db, effects in
            let state = try Self.run(db, id).state
            try db.execute(
                sql: "UPDATE run SET result = ? WHERE id = ?",
                arguments: [try JSONText.encode(result), id]
            )
            effects.note(id, state)
        }
    }

    /// Keeps how a run is to end, before its instance is removed: what the agent did cannot be looked at again then.
    package func decideEnding(of id: Run.ID, _ ending: RunEnding) async throws {
        try await writer.write { db, _ in
            try db.execute(
                sql: "UPDATE run SET ending = ? WHERE id = ?",
                arguments: [try JSONText.encode(StoredEnding(ending)), id]
            )
        }
    }

    /// How a run is to end, once that was decided.
    package func decidedEnding(of id: Run.ID) async throws -> RunEnding? {
        try await read { db in
            let text = try String.fetchOne(db, sql: "SELECT ending FROM run WHERE id = ?", arguments: [id])
            return try text.map { try JSONText.decode(StoredEnding.self, $0).ending }
        }
    }

    /// Gives a run its final state and stops its instance's row, in one transaction with what follows from it: the next
    /// attempt, or the notice and the count of its schedule's failures.
    ///
    /// - Parameters:
    ///   - id: The run.
    ///   - ending: How it ended.
    ///   - retryAfter: After how long it is tried again; nil for not at all.
    /// - Throws: `StoreError` `.conflict` for a run that may not end so.
    package func finishRun(_ id: Run.ID, _ ending: RunEnding, retryAfter: Duration? = nil) async throws {
        let now = clock.now
        try await writer.write { [outbox] db, effects in
            try db.execute(
                sql: "UPDATE instance SET state = 'stopped', stoppedAt = ? WHERE runID = ? AND state <> 'stopped'",
                arguments: [now, id]
            )
            let run = try Self.run(db, id)
            guard run.state != ending.state else { return }
            let failures = try outbox.failures(of: run.taskID, db)
            try Self.move(db, id, to: ending.state, detail: ending.detail, now: now, effects: &effects)
            if let retryAfter, run.cancelRequestedAt == nil,
                try Self.isRetried(db, run, at: now + retryAfter, now: now, effects: &effects)
            {
                return
            }
            try outbox.tellEnd(of: id, failuresBefore: failures, db, now: now, &effects)
            if let schedule = run.origin.schedule {
                try Self.count(db, ending.state, of: schedule, now: now, effects: &effects)
            }
        }
    }

    /// Queues the next attempt, at the same version of the task; false when task or schedule was deleted meanwhile.
    private static func isRetried(
        _ db: Database,
        _ run: Run,
        at instant: Timestamp,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Bool {
        let task = try task(db, at: run.taskVersion, of: run.taskID)
        guard task.deletedAt == nil else { return false }
        if let id = run.origin.schedule, try schedule(db, id.rawValue) == nil { return false }
        let origin = RunOrigin(
            trigger: .retry,
            schedule: run.origin.schedule,
            attempt: run.origin.attempt + 1,
            notBefore: instant,
            precheck: run.origin.precheck,
            isSerial: run.origin.isSerial,
            isHeldByPause: run.origin.isHeldByPause
        )
        _ = try insertRun(
            db,
            of: task,
            NewRun(like: run, of: task),
            origin,
            retryOf: run.id,
            now: now,
            effects: &effects
        )
        return true
    }

    static func move(
        _ db: Database,
        _ id: Run.ID,
        to state: RunState,
        detail: String?,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        let run = try Self.run(db, id)
        let present = run.state
        guard present != state else { return }
        guard present.mayBecome(state) else {
            throw StoreError(
                .conflict,
                "Run \(id) is \(present.name.rawValue) and cannot become \(state.name.rawValue)."
            )
        }
        try db.execute(
            sql: """
                UPDATE run SET state = ?, reason = ?, detail = ?, updatedAt = ?, finishedAt = ?,
                    startedAt = CASE WHEN ? = 'starting' THEN ? ELSE startedAt END
                WHERE id = ?
                """,
            arguments: [
                state.name.rawValue, state.reason, detail, now, state.isFinal ? now : nil, state.name.rawValue, now, id,
            ]
        )
        effects.note(id, state)
        let instance = try instance(db, of: id)
        effects.tell(.run(RunChange(run: run, state: state, detail: detail, instance: instance, at: now)))
    }

    private static func admit(
        _ db: Database,
        _ id: Run.ID,
        _ runtime: RuntimeKind,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Run {
        let instance = Instance(
            id: Instance.ID(at: now),
            runID: id,
            runtime: runtime,
            state: .starting,
            createdAt: now,
            stoppedAt: nil
        )
        try insert(db, instance)
        try move(db, id, to: .starting, detail: nil, now: now, effects: &effects)
        return try run(db, id)
    }

    private static func candidates(
        _ db: Database,
        _ condition: String,
        _ now: Timestamp
    ) throws -> [Admission.Candidate] {
        let sql = """
            SELECT id, taskID, repository, maxConcurrent, scheduleID, isSerial, origin = 'retry' AS isRetry,
                notBefore > ? AS isEarly, \(isPaused) AS isPaused
            FROM run WHERE \(condition) ORDER BY priority DESC, id
            """
        return try Row.fetchAll(db, sql: sql, arguments: [now]).map { row in
            let isEarly: Bool? = row["isEarly"]
            return Admission.Candidate(
                run: row["id"],
                task: row["taskID"],
                repository: row["repository"],
                maxConcurrent: row["maxConcurrent"],
                schedule: row["scheduleID"],
                isSerial: row["isSerial"],
                isRetry: row["isRetry"],
                hold: row["isPaused"] ? .paused : isEarly == true ? .backoff : nil
            )
        }
    }

    /// Whether a run's schedule, or all, are paused; what a person asked for runs nevertheless.
    private static let isPaused = """
        isHeldByPause AND (
            EXISTS (SELECT 1 FROM schedule WHERE id = run.scheduleID AND pausedAt IS NOT NULL AND deletedAt IS NULL)
            OR EXISTS (SELECT 1 FROM pauseOfAll WHERE pausedAt IS NOT NULL)
        )
        """

    /// Says of the other queued runs what they wait for: a place, unless something holds them anyway.
    private static func setWaitingForPlaces(
        _ db: Database,
        but runs: [Run.ID],
        now: Timestamp,
        _ effects: inout CommitEffects
    ) throws {
        let waiting = """
            CASE WHEN \(isPaused) THEN 'paused' WHEN notBefore > :now THEN 'backoff' ELSE 'cap_global' END
            """
        try update(
            db,
            """
            UPDATE run SET reason = \(waiting)
            WHERE state = 'queued' AND id NOT IN (SELECT value FROM json_each(:runs)) AND reason IS NOT \(waiting)
            """,
            ["now": now, "runs": try JSONText.encode(runs)],
            &effects
        )
    }

    /// Says what all queued runs wait for whose ids are in the list, or are not.
    private static func setWaiting(
        _ db: Database,
        _ waiting: RunState.Waiting,
        _ membership: String,
        _ runs: [Run.ID],
        _ effects: inout CommitEffects
    ) throws {
        try update(
            db,
            """
            UPDATE run SET reason = :waiting
            WHERE state = 'queued' AND id \(membership) (SELECT value FROM json_each(:runs)) AND reason IS NOT :waiting
            """,
            ["waiting": waiting.rawValue, "runs": try JSONText.encode(runs)],
            &effects
        )
    }

    /// Changes what queued runs wait for, and tells it of each that changed.
    private static func update(
        _ db: Database,
        _ sql: String,
        _ arguments: StatementArguments,
        _ effects: inout CommitEffects
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: sql + " RETURNING id, taskID, scheduleID, reason",
            arguments: arguments
        )
        while let row = try rows.next() {
            let reason: String = row["reason"]
            guard let waiting = RunState.Waiting(rawValue: reason) else { continue }
            effects.tell(
                .waiting(
                    WaitingChange(
                        run: row["id"],
                        task: row["taskID"],
                        schedule: row["scheduleID"],
                        waiting: waiting
                    )
                )
            )
        }
    }
}
