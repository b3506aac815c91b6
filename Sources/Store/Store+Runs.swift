import AgentStream
import Foundation
import GRDB
package import Model

/// What a run is made from.
package struct NewRun: Hashable, Sendable {
    /// The task's id or slug.
    package var task: String
    package var repository: String
    package var ref: String?
    package var priority: Int?
    /// What the run has instead of the task's settings.
    package var settings: TaskSettings?

    package init(task: String, repository: String, ref: String?, priority: Int?, settings: TaskSettings? = nil) {
        self.task = task
        self.repository = repository
        self.ref = ref
        self.priority = priority
        self.settings = settings
    }

    /// What makes a run like one that there was.
    init(like run: Run, of task: AgentTask) {
        self.init(
            task: task.slug,
            repository: run.repository,
            ref: run.ref,
            priority: run.priority,
            settings: run.settings
        )
    }
}

extension Store {
    /// Puts a run of a task's present version into the queue.
    ///
    /// - Parameters:
    ///   - new: What the run is made from.
    ///   - queueLimit: How many runs may wait.
    /// - Returns: The run.
    /// - Throws: `StoreError` `.notFound` without the task, `.conflict` for a task without steps, `.full` when as many
    ///   runs wait as may.
    package func createRun(_ new: NewRun, queueLimit: Int = .max) async throws -> Run {
        let now = clock.now
        return try await writer.write { [self] db, effects in
            try refuseWithoutRoom()
            try Self.makeSureOfRoom(db, queueLimit)
            let task = try Self.task(db, new.task).orThrow(new.task)
            return try Self.insertRun(db, of: task, new, now: now, effects: &effects)
        }
    }

    /// Puts a new run into the queue that repeats one which has ended, with the task's present version.
    ///
    /// - Throws: `StoreError` `.conflict` while the run has not ended, `.notFound` without run or task.
    package func retryRun(_ id: Run.ID, queueLimit: Int = .max) async throws -> Run {
        let now = clock.now
        return try await writer.write { [self] db, effects in
            try refuseWithoutRoom()
            try Self.makeSureOfRoom(db, queueLimit)
            let run = try Self.run(db, id)
            guard run.state.isFinal else {
                throw StoreError(.conflict, "Run \(id) has not ended; cancel it first.")
            }
            let task = try Self.task(db, run.taskID.rawValue).orThrow(run.taskID.rawValue)
            let new = NewRun(like: run, of: task)
            let origin = RunOrigin(
                trigger: .manual,
                schedule: run.origin.schedule,
                precheck: run.origin.precheck,
                isSerial: run.origin.isSerial
            )
            return try Self.insertRun(db, of: task, new, origin, retryOf: id, now: now, effects: &effects)
        }
    }

    package func run(_ id: Run.ID) async throws -> Run {
        try await read { try Self.run($0, id) }
    }

    /// Which runs are listed.
    package struct RunFilter: Hashable, Sendable {
        /// A task's id or slug.
        package var task: String?
        package var schedule: Schedule.ID?
        package var state: RunState.Name?
        /// Only runs that are older than this one.
        package var before: Run.ID?
        package var limit: Int

        package init(
            task: String? = nil,
            schedule: Schedule.ID? = nil,
            state: RunState.Name? = nil,
            before: Run.ID? = nil,
            limit: Int = 50
        ) {
            self.task = task
            self.schedule = schedule
            self.state = state
            self.before = before
            self.limit = limit
        }
    }

    /// Runs, newest first.
    package func runs(_ filter: RunFilter) async throws -> [Run] {
        try await read { db in
            var conditions = ["1"]
            var arguments = StatementArguments()
            if let task = filter.task {
                conditions.append("run.taskID IN (SELECT id FROM task WHERE id = ? OR slug = ?)")
                arguments += [task, task]
            }
            if let schedule = filter.schedule {
                conditions.append("run.scheduleID = ?")
                arguments += [schedule]
            }
            if let state = filter.state {
                conditions.append("run.state = ?")
                arguments += [state.rawValue]
            }
            if let before = filter.before {
                conditions.append("run.id < ?")
                arguments += [before]
            }
            arguments += [filter.limit]
            let sql = "\(Self.runSelection) WHERE \(conditions.joined(separator: " AND ")) ORDER BY run.id DESC LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(Run.init(_:))
        }
    }

    /// How many runs there are.
    package func runCount() async throws -> Int {
        try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM run") ?? 0 }
    }

    /// The places in the queue, from 1, of those of the runs that are queued.
    package func positions(of runs: [Run]) async throws -> [Run.ID: Int] {
        let queued = Set(runs.lazy.filter { $0.state.name == .queued }.map(\.id))
        guard !queued.isEmpty else { return [:] }
        return try await read { db in
            var positions: [Run.ID: Int] = [:]
            let sql = "SELECT id FROM run WHERE state = 'queued' ORDER BY priority DESC, id"
            let ids = try Run.ID.fetchCursor(db, sql: sql)
            var place = 0
            while positions.count < queued.count, let id = try ids.next() {
                place += 1
                if queued.contains(id) { positions[id] = place }
            }
            return positions
        }
    }

    /// Asks for a run's end: a queued one is cancelled at once, an active one by its course; an ended one stays.
    package func cancelRun(_ id: Run.ID) async throws -> Run {
        let now = clock.now
        return try await writer.write { db, effects in
            let run = try Self.run(db, id)
            if run.state.name == .queued {
                try Self.move(db, id, to: .cancelled, detail: "Cancelled while queued.", now: now, effects: &effects)
            } else if run.state.isActive {
                try Self.requestCancel(db, id, now: now, effects: &effects)
            }
            return try Self.run(db, id)
        }
    }

    /// Asks for an active run's end by its course.
    static func requestCancel(_ db: Database, _ id: Run.ID, now: Timestamp, effects: inout CommitEffects) throws {
        try db.execute(
            sql: "UPDATE run SET cancelRequestedAt = coalesce(cancelRequestedAt, ?) WHERE id = ?",
            arguments: [now, id]
        )
        effects.note(id, .running)
    }

    /// Rings at every change of the run's row, and once at first.
    package func changes(of run: Run.ID) -> AsyncStream<Void> {
        feeds.bell(of: .run(run))
    }

    /// What the agent did; nil when nothing was kept.
    package func result(of run: Run.ID) async throws -> WorkExport? {
        try await read { db in
            _ = try Self.run(db, run)
            let text = try String.fetchOne(db, sql: "SELECT result FROM run WHERE id = ?", arguments: [run])
            return try text.map { try JSONText.decode(WorkExport.self, $0) }
        }
    }

    static func run(_ db: Database, _ id: Run.ID) throws -> Run {
        let row = try Row.fetchOne(db, sql: runSelection + " WHERE run.id = ?", arguments: [id])
        guard let row else { throw StoreError(.notFound, "There is no run \(id).") }
        return try Run(row)
    }

    static let runSelection = """
        SELECT run.id, run.taskID, run.taskVersion, name, repository, ref, priority, state, reason, detail, retryOf,
            origin, scheduleID, slot, isSerial, isHeldByPause, attempt, notBefore, precheck, session, run.createdAt,
            run.updatedAt, startedAt, finishedAt, cancelRequestedAt, "commit", usage, agent,
            result IS NOT NULL AS hasResult, transcript <> 'kept' AS isTranscriptExpired, isResultExpired,
            run.settings
        FROM run JOIN taskVersion ON taskVersion.taskID = run.taskID AND taskVersion.version = run.taskVersion
        """

    static func checkSteps(_ task: AgentTask) throws {
        guard !task.steps.isEmpty else {
            throw StoreError(.conflict, "The task \(task.slug) has no steps, so there is nothing to run.")
        }
    }

    /// How many runs may yet be put into the queue.
    static func room(_ db: Database, _ queueLimit: Int) throws -> Int {
        guard queueLimit < .max else { return .max }
        let sql = "SELECT count(*) FROM (SELECT 1 FROM run WHERE state = 'queued' LIMIT ?)"
        return queueLimit - (try Int.fetchOne(db, sql: sql, arguments: [queueLimit]) ?? 0)
    }

    static func makeSureOfRoom(_ db: Database, _ queueLimit: Int) throws {
        guard try room(db, queueLimit) > 0 else {
            throw StoreError(.full, "\(queueLimit) runs wait already, which is executors.queue_limit; try again later.")
        }
    }

    static func insertRun(
        _ db: Database,
        of task: AgentTask,
        _ new: NewRun,
        _ origin: RunOrigin = RunOrigin(trigger: .manual),
        retryOf: Run.ID? = nil,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Run {
        try checkSteps(task)
        let id = Run.ID(at: now)
        let isInserted = try insertRow(
            db,
            id,
            of: task,
            new,
            origin,
            retryOf: retryOf,
            now: now,
            effects: &effects
        )
        guard isInserted else { throw StoreError(.conflict, "The slot has a run already.") }
        return try run(db, id)
    }

    /// Inserts a run's row; false, and nothing is done, when its slot has a run already.
    static func insertRow(
        _ db: Database,
        _ id: Run.ID,
        of task: AgentTask,
        _ new: NewRun,
        _ origin: RunOrigin,
        retryOf: Run.ID?,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO run (id, taskID, taskVersion, repository, ref, priority, maxConcurrent, state, reason,
                    retryOf, origin, scheduleID, slot, isSerial, isHeldByPause, attempt, notBefore, precheck, session,
                    createdAt, updatedAt, settings)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (scheduleID, slot) WHERE slot IS NOT NULL DO NOTHING
                """
        )
        let waiting: RunState.Waiting? = origin.notBefore == nil ? nil : .backoff
        let session = UUID().uuidString.lowercased()
        try statement.execute(arguments: [
            id, task.id, task.version, new.repository, new.ref, new.priority ?? task.settings.priority ?? 0,
            task.settings.maxConcurrent, waiting?.rawValue, retryOf, origin.trigger.rawValue, origin.schedule,
            origin.slot, origin.isSerial, origin.isHeldByPause, origin.attempt, origin.notBefore,
            try origin.precheck.map { try JSONText.encode($0) },
            session, now, now, try new.settings.map { try JSONText.encode($0) },
        ])
        guard db.changesCount > 0 else { return false }
        effects.note(id, .queued(waiting))
        let run = Run(
            id: id,
            taskID: task.id,
            taskVersion: task.version,
            name: task.name,
            repository: new.repository,
            ref: new.ref,
            priority: new.priority ?? task.settings.priority ?? 0,
            state: .queued(waiting),
            detail: nil,
            retryOf: retryOf,
            origin: origin,
            session: session,
            createdAt: now,
            updatedAt: now,
            startedAt: nil,
            finishedAt: nil,
            cancelRequestedAt: nil,
            commit: nil,
            usage: nil,
            agent: nil,
            hasResult: false,
            settings: new.settings
        )
        effects.tell(.run(RunChange(run: run, state: run.state, detail: nil, instance: nil, at: now)))
        return true
    }
}

extension Run {
    init(_ row: Row) throws {
        let usage: String? = row["usage"]
        let agent: String? = row["agent"]
        let settings: String? = row["settings"]
        self.init(
            id: row["id"],
            taskID: row["taskID"],
            taskVersion: row["taskVersion"],
            name: row["name"],
            repository: row["repository"],
            ref: row["ref"],
            priority: row["priority"],
            state: try RunState(row),
            detail: row["detail"],
            retryOf: row["retryOf"],
            origin: try RunOrigin(row),
            session: row["session"],
            createdAt: row["createdAt"],
            updatedAt: row["updatedAt"],
            startedAt: row["startedAt"],
            finishedAt: row["finishedAt"],
            cancelRequestedAt: row["cancelRequestedAt"],
            commit: row["commit"],
            usage: try usage.map { try JSONText.decode(AgentUsage.self, $0) },
            agent: try agent.map { try JSONText.decode(AgentIdentity.self, $0) },
            hasResult: row["hasResult"],
            isTranscriptExpired: row["isTranscriptExpired"],
            isResultExpired: row["isResultExpired"],
            settings: try settings.map { try JSONText.decode(TaskSettings.self, $0) }
        )
    }
}

extension RunOrigin {
    fileprivate init(_ row: Row) throws {
        let precheck: String? = row["precheck"]
        self.init(
            trigger: try Trigger(row),
            schedule: row["scheduleID"],
            slot: row["slot"],
            attempt: row["attempt"],
            notBefore: row["notBefore"],
            precheck: try precheck.map { try JSONText.decode([String].self, $0) },
            isSerial: row["isSerial"],
            isHeldByPause: row["isHeldByPause"]
        )
    }
}

extension RunState {
    /// The state that a run's row holds.
    init(_ row: Row) throws {
        let name: String = row["state"]
        let reason: String? = row["reason"]
        guard let state = Name(rawValue: name).flatMap({ RunState(name: $0, reason: reason) }) else {
            throw StoreError(.unusable, "A run's state is \(name) with reason \(reason ?? "none"), which is no state.")
        }
        self = state
    }
}

extension RunOrigin.Trigger {
    /// What a run's row says that made it.
    init(_ row: Row) throws {
        let origin: String = row["origin"]
        guard let trigger = Self(rawValue: origin) else {
            throw StoreError(.unusable, "A run's origin is \(origin), which is none.")
        }
        self = trigger
    }
}
