import GRDB
package import Model

/// One thing that files make of a task or schedule.
package enum DeclaredChange: Sendable {
    case makeTask(AgentTask.ID, slug: String, TaskContent, ManagedBy)
    /// Without content only the file that declares it changes, or its slug; the task is as it was when the change was
    /// worked out.
    case changeTask(AgentTask, slug: String, TaskContent?, ManagedBy)
    case deleteTask(AgentTask)
    case makeSchedule(Schedule.ID, slug: String, ScheduleContent, ManagedBy)
    /// With the fate of its slots, when the later ones are others.
    case changeSchedule(Schedule, slug: String, ScheduleContent?, Store.Closing?, ManagedBy)
    case deleteSchedule(Schedule)
}

/// What there is beside what files declare, in one snapshot.
package struct DeclaredState: Sendable {
    package let tasks: [AgentTask]
    package let schedules: [Schedule]
    package let pauseOfAll: PauseOfAll
}

extension Store {
    /// Every task and schedule that is not deleted.
    package func declaredState() async throws -> DeclaredState {
        try await read { db in
            DeclaredState(
                tasks: try Self.tasks(db),
                schedules: try Row.fetchAll(db, sql: Self.scheduleSelection + " ORDER BY number")
                    .map(Schedule.init(_:)),
                pauseOfAll: try Self.pauseOfAll(db)
            )
        }
    }

    /// Makes all of the changes in one transaction, in their order, or none.
    ///
    /// - Throws: `StoreError` `.stale` when a task or schedule has changed since the changes were worked out.
    package func make(_ changes: [DeclaredChange]) async throws {
        let now = clock.now
        try await writer.write(rows: changes.count) { db, effects in
            for change in changes { try Self.make(db, change, now: now, effects: &effects) }
        }
    }

    private static func make(
        _ db: Database,
        _ change: DeclaredChange,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        switch change {
        case .makeTask(let id, let slug, let content, let managedBy):
            try checkIsUnused(db, slug, in: "task")
            _ = try insertTask(db, id, slug: slug, content, managedBy: managedBy, now: now)
        case .changeTask(let task, let slug, let content, let managedBy):
            try checkIsPresent(db, task)
            if slug != task.slug { try checkIsUnused(db, slug, in: "task") }
            if let content { try insertNextVersion(db, of: task, content, managedBy: managedBy, now: now) }
            try db.execute(
                sql: "UPDATE task SET slug = ?, managedBy = ? WHERE id = ?",
                arguments: [slug, managedBy, task.id]
            )
        case .deleteTask(let task):
            try checkIsPresent(db, task)
            // Those that go with it were deleted before, one by one.
            guard try schedules(db, of: task.id).isEmpty else { throw StoreError.stale(task.slug) }
            try deleteTask(db, task, now: now, effects: &effects)
        case .makeSchedule(let id, let slug, let content, let managedBy):
            try checkIsUnused(db, slug, in: "schedule")
            _ = try insertSchedule(db, id, slug: slug, content, managedBy: managedBy, now: now, effects: &effects)
        case .changeSchedule(let schedule, let slug, let content, let closing, let managedBy):
            let present = try present(db, schedule)
            if slug != schedule.slug { try checkIsUnused(db, slug, in: "schedule") }
            if let content {
                guard present.cursor == schedule.cursor || closing == nil else { throw StoreError.stale(slug) }
                try Self.change(
                    db,
                    present,
                    content,
                    closing: closing,
                    managedBy: managedBy,
                    now: now,
                    effects: &effects
                )
            }
            try db.execute(
                sql: "UPDATE schedule SET slug = ?, managedBy = ? WHERE number = ?",
                arguments: [slug, managedBy, present.number]
            )
        case .deleteSchedule(let schedule):
            let present = try present(db, schedule)
            try deleteSchedules(db, "number = ?", [present.number], now: now, effects: &effects)
        }
    }

    /// The schedules of a task that are not deleted.
    static func schedules(_ db: Database, of task: AgentTask.ID) throws -> [Schedule] {
        try Row.fetchAll(db, sql: scheduleSelection + " AND taskID = ?", arguments: [task]).map(Schedule.init(_:))
    }

    private static func checkIsPresent(_ db: Database, _ task: AgentTask) throws {
        let present = try self.task(db, task.id.rawValue)
        guard let present, present.version == task.version, present.managedBy == task.managedBy else {
            throw StoreError.stale(task.slug)
        }
    }

    private static func present(_ db: Database, _ schedule: Schedule) throws -> Schedule {
        let present = try self.schedule(db, schedule.id.rawValue)
        guard let present, present.revision == schedule.revision, present.managedBy == schedule.managedBy else {
            throw StoreError.stale(schedule.slug)
        }
        return present
    }

    private static func checkIsUnused(_ db: Database, _ slug: String, in table: String) throws {
        let sql = "SELECT EXISTS (SELECT 1 FROM \(table) WHERE slug = ? AND deletedAt IS NULL)"
        guard try Bool.fetchOne(db, sql: sql, arguments: [slug]) == false else { throw StoreError.stale(slug) }
    }
}

extension StoreError {
    fileprivate static func stale(_ slug: String) -> StoreError {
        StoreError(.stale, "\(slug) has changed meanwhile.")
    }

    /// A change of what a file declares.
    fileprivate static func kept(_ what: String, _ slug: String, in managedBy: ManagedBy) -> StoreError {
        StoreError(.conflict, "The \(what) \(slug) is kept in \(managedBy.file): change it there, or use force.")
    }
}

extension AgentTask {
    /// Looks whether people may change it.
    func checkIsFree() throws {
        if let managedBy { throw StoreError.kept("task", slug, in: managedBy) }
    }
}

extension Schedule {
    /// Looks whether people may change it.
    func checkIsFree() throws {
        if let managedBy { throw StoreError.kept("schedule", slug, in: managedBy) }
    }
}
