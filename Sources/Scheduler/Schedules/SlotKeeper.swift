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
    private let queueLimit: Setting<Int>
    /// How often the zone files are looked at.
    private let zonePeriod: Duration
    private let failpoints: Failpoints
    private let logger: Logger
    private let pulse: Pulse
    private var timeline = SlotTimeline()
    private var pauseOfAll = PauseOfAll()
    /// Schedules whose zone cannot be read.
    private var invalid: Set<Int64> = []
    /// Schedules that could not be moved on.
    private var failed: Set<Int64> = []
    private var policies: [SchedulePolicy: SlotEntry.SharedPolicy] = [:]
    private var zonesSeen = Timestamp(milliseconds: 0)

    init(
        store: Store,
        zones: ZoneFiles,
        queueLimit: Setting<Int>,
        zonePeriod: Duration = .seconds(60),
        failpoints: Failpoints,
        logger: Logger,
        pulse: Pulse = Pulse()
    ) {
        self.store = store
        self.zones = zones
        self.queueLimit = queueLimit
        self.zonePeriod = zonePeriod
        self.failpoints = failpoints
        self.logger = logger
        self.pulse = pulse
    }

    /// How many schedules are kept.
    var count: Int { timeline.count }

    /// When there is something to do; nil for never.
    mutating func next() -> Timestamp? {
        guard timeline.count + invalid.count + failed.count > 0 else { return nil }
        let look = zonesSeen + zonePeriod
        guard pauseOfAll.pause == nil, let due = timeline.next() else { return look }
        return min(due, look)
    }

    /// When the next schedule comes due, and its number; nil for never.
    mutating func nextDue() -> (due: Timestamp, number: Int64)? {
        pauseOfAll.pause == nil ? timeline.first() : nil
    }

    /// Reads all schedules.
    mutating func load() async throws {
        pauseOfAll = try await store.pauseOfAll()
        _ = zones.refresh()
        zonesSeen = store.clock.now
        invalid = []
        failed = []
        var entries: [SlotEntry] = []
        var news = ValidityNews()
        var ahead = 0
        var last: Int64 = 0
        while let page = try await page(after: &last) {
            for schedule in page where schedule.pause == nil {
                if let entry = entry(schedule, &news) { entries.append(entry) }
                if schedule.cursor - zonesSeen > .seconds(60) { ahead += 1 }
            }
        }
        try await tell(news)
        timeline.reset(entries)
        if ahead > 0 {
            logger.warning(
                "the clock was ahead once: schedules make no runs until it gets there again",
                metadata: ["schedules": "\(ahead)"]
            )
        }
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
                plan: entry.plan(now: now, pauseOfAll: pauseOfAll.paused)
            )
        }
        try await failpoints.reach(.slot)
        let outcomes = try await store.account(
            accounts,
            knowing: pauseOfAll.paused,
            queueLimit: queueLimit.current
        )
        try await failpoints.reach(.slotted)
        var refused = 0
        for (index, var entry) in due.enumerated() {
            switch outcomes[index] {
            case .applied(let count):
                if case .start? = accounts[index].plan.parts.first, let due = entry.due {
                    pulse.started(after: store.clock.now - due)
                }
                entry.cursor = accounts[index].plan.last ?? entry.cursor
                timeline.set(entry)
                refused += count
            case .outdated: break
            case .failed(let reason):
                logger.error(
                    "a schedule's slots cannot be accounted for",
                    metadata: ["schedule.number": "\(entry.number)", "error": "\(reason)"]
                )
                // With the next look at the zones it is tried again.
                timeline.remove(entry.number)
                failed.insert(entry.number)
            }
        }
        if refused > 0 {
            logger.warning(
                "slots were skipped because the queue is full (executors.queue_limit)",
                metadata: ["slots": "\(refused)"]
            )
        }
        guard outcomes.contains(.outdated) else { return }
        pauseOfAll = try await store.pauseOfAll()
        for (index, entry) in due.enumerated() where outcomes[index] == .outdated { try await read(entry.number) }
    }

    private mutating func read(_ number: Int64) async throws {
        failed.remove(number)
        let schedule = try await store.schedule(number: number)
        guard let schedule, schedule.pause == nil else {
            timeline.remove(number)
            invalid.remove(number)
            return
        }
        var news = ValidityNews()
        if let entry = entry(schedule, &news) { timeline.set(entry) } else { timeline.remove(number) }
        try await tell(news)
    }

    /// Schedules whose rows do not say yet whether they can be read.
    private struct ValidityNews {
        var invalid: [Schedule] = []
        var valid: [Schedule] = []
    }

    private func tell(_ news: ValidityNews) async throws {
        if !news.invalid.isEmpty { try await store.setInvalid(news.invalid, true) }
        if !news.valid.isEmpty { try await store.setInvalid(news.valid, false) }
    }

    /// What is kept of a schedule; nil when its expression or zone cannot be read.
    private mutating func entry(_ schedule: Schedule, _ news: inout ValidityNews) -> SlotEntry? {
        let content = schedule.content
        let wasInvalid = schedule.isInvalid
        let timetable: Timetable
        do {
            let expression = try CronExpression(content.expression, key: schedule.id.rawValue)
            timetable = try Timetable(expression, zone: zones.zone(content.zone))
        } catch {
            invalid.insert(schedule.number)
            guard !wasInvalid else { return nil }
            news.invalid.append(schedule)
            logger.error(
                "a schedule cannot be read and makes no runs",
                metadata: [
                    "message.id": "schedule_invalid", "schedule.id": "\(schedule.id)", "error": "\(error)",
                ]
            )
            return nil
        }
        invalid.remove(schedule.number)
        if policies.count > 1000 { policies = [:] }
        let policy = policies[content.policy] ?? SlotEntry.SharedPolicy(content.policy)
        policies[content.policy] = policy
        guard wasInvalid else { return SlotEntry(schedule, timetable, policy) }
        news.valid.append(schedule)
        logger.info(
            "a schedule can be read again",
            metadata: ["message.id": "schedule_valid", "schedule.id": "\(schedule.id)"]
        )
        var healed = schedule
        healed.invalid?.until = store.clock.now
        return SlotEntry(healed, timetable, policy)
    }

    /// Reads again the schedules whose zone has changed.
    private mutating func lookAtZones() async throws {
        let now = store.clock.now
        // Also when the clock was set back by more.
        guard now < zonesSeen || now - zonesSeen >= zonePeriod else { return }
        zonesSeen = now
        for number in failed { try await read(number) }
        guard !zones.refresh().isEmpty else { return }
        logger.notice("time zone data has changed", metadata: ["message.id": "zones_changed"])
        try await load()
    }
}
