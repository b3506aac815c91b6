import Cron
import Logging
import Model
import Store

/// Turns the slots that have come due into runs and records, and knows when the next one does.
///
/// The rows are the truth; what is kept here of each schedule is only as much as its next slot needs, and is read again
/// when the row turns out to have changed.
struct SlotKeeper {
    /// How many schedules are moved on in one transaction.
    private static let batch = 512

    private let store: Store
    private let zones: ZoneFiles
    private let queueLimit: Int
    /// How often the zone files are looked at.
    private let zonePeriod: Duration
    private let failpoints: Failpoints
    private let logger: Logger
    private var timeline = SlotTimeline()
    private var pauseOfAll = PauseOfAll()
    /// Schedules whose zone cannot be read.
    private var invalid: Set<Int64> = []
    private var policies: [SchedulePolicy: SlotEntry.SharedPolicy] = [:]
    private var zonesSeen = Timestamp(milliseconds: 0)

    init(
        store: Store,
        zones: ZoneFiles,
        queueLimit: Int,
        zonePeriod: Duration = .seconds(60),
        failpoints: Failpoints,
        logger: Logger
    ) {
        self.store = store
        self.zones = zones
        self.queueLimit = queueLimit
        self.zonePeriod = zonePeriod
        self.failpoints = failpoints
        self.logger = logger
    }

    /// How many schedules are kept.
    var count: Int { timeline.count }

    /// When there is something to do; nil for never.
    mutating func next() -> Timestamp? {
        guard timeline.count + invalid.count > 0 else { return nil }
        let look = zonesSeen + zonePeriod
        guard pauseOfAll.pause == nil, let due = timeline.next() else { return look }
        return min(due, look)
    }

    /// Reads all schedules.
    mutating func load() async throws {
        pauseOfAll = try await store.pauseOfAll()
        _ = zones.refresh()
        zonesSeen = store.clock.now
        invalid = []
        var entries: [SlotEntry] = []
        var last: Int64 = 0
        while let page = try await page(after: &last) {
            for schedule in page where schedule.pause == nil {
                if let entry = try await entry(schedule) { entries.append(entry) }
            }
        }
        timeline.reset(entries)
    }

    /// The next schedules by their numbers; nil when there are no more.
    private func page(after last: inout Int64) async throws -> [Schedule]? {
        let page = try await store.schedules(afterNumber: last, limit: 1000)
        last = page.last?.number ?? last
        return page.isEmpty ? nil : page
    }

    /// Reads again what a change names.
    mutating func take(_ changes: [ScheduleChange]) async throws {
        if changes.contains(.all) { return try await load() }
        for case .one(let number) in Set(changes) { try await read(number) }
    }

    /// Accounts for every slot that has come due by now.
    mutating func fire() async throws {
        try await lookAtZones()
        while pauseOfAll.pause == nil {
            let now = store.clock.now
            let due = timeline.takeDue(by: now, limit: Self.batch)
            guard !due.isEmpty else { return }
            do {
                try await account(due, now)
            } catch {
                // They stay due; whoever calls may wait and try again.
                for entry in due { timeline.set(entry) }
                throw error
            }
        }
    }

    private mutating func account(_ due: [SlotEntry], _ now: Timestamp) async throws {
        let accounts = due.map { entry in
            SlotAccount(
                number: entry.number,
                revision: Int(entry.revision),
                cursor: entry.cursor,
                policy: entry.policy.value,
                plan: entry.plan(now: now)
            )
        }
        try await failpoints.reach(.slot)
        let applied = try await store.account(accounts, queueLimit: queueLimit)
        try await failpoints.reach(.slotted)
        for (index, var entry) in due.enumerated() where applied[index] {
            entry.cursor = accounts[index].plan.last ?? entry.cursor
            timeline.set(entry)
        }
        guard applied.contains(false) else { return }
        pauseOfAll = try await store.pauseOfAll()
        for (index, entry) in due.enumerated() where !applied[index] { try await read(entry.number) }
    }

    private mutating func read(_ number: Int64) async throws {
        guard let schedule = try await store.schedule(number: number), schedule.pause == nil,
            let entry = try await entry(schedule)
        else {
            timeline.remove(number)
            if try await store.schedule(number: number) == nil { invalid.remove(number) }
            return
        }
        timeline.set(entry)
    }

    /// What is kept of a schedule; nil, and its row says so, when its expression or zone cannot be read.
    private mutating func entry(_ schedule: Schedule) async throws -> SlotEntry? {
        let content = schedule.content
        let timetable: Timetable
        do {
            let expression = try CronExpression(content.expression, key: schedule.id.rawValue)
            timetable = try Timetable(expression, zone: zones.zone(content.zone))
        } catch {
            invalid.insert(schedule.number)
            guard schedule.invalidAt == nil else { return nil }
            logger.error(
                "a schedule cannot be read and makes no runs",
                metadata: ["schedule.id": "\(schedule.id)", "error": "\(error)"]
            )
            try await store.setInvalid(schedule, since: store.clock.now)
            return nil
        }
        invalid.remove(schedule.number)
        let policy = policies[content.policy] ?? SlotEntry.SharedPolicy(content.policy)
        if policies.count > 1000 { policies = [:] }
        policies[content.policy] = policy
        var entry = SlotEntry(
            schedule,
            timetable,
            policy,
            invalidUntil: schedule.invalidAt == nil ? nil : store.clock.now
        )
        if let resumed = pauseOfAll.resumedAt { entry.pausedUntil = max(entry.pausedUntil ?? resumed, resumed) }
        return entry
    }

    /// Reads again the schedules whose zone has changed.
    private mutating func lookAtZones() async throws {
        let now = store.clock.now
        // Also when the clock was set back by more.
        guard now < zonesSeen || now - zonesSeen >= zonePeriod else { return }
        zonesSeen = now
        guard !zones.refresh().isEmpty else { return }
        logger.notice("time zone data has changed")
        try await load()
    }
}
