import Cron
import Foundation
import Logging
import Model
import Store
import TestSupport

@testable import Scheduler

/// A store with schedules under a clock that a test moves, and what turns their slots into runs.
final class ScheduleStory {
    let folder: String
    let clock: SimulatedClock
    let store: Store
    let zones: ZoneFiles
    /// How often the zone files are looked at; seldom, as years pass in seconds.
    let zonePeriod: Duration
    var keeper: SlotKeeper
    private var task: AgentTask?

    /// The story begins at midnight of a Monday in winter, by UTC.
    static let beginning = Timestamp(seconds: 1_767_571_200)

    init(
        at now: Timestamp = ScheduleStory.beginning,
        folder: String? = nil,
        zones: ZoneFiles = ZoneFiles(),
        zonePeriod: Duration = .seconds(86_400),
        notices: Set<Model.Notice.Event> = []
    ) throws {
        self.folder = try folder ?? Self.makeFolder()
        self.zones = zones
        self.zonePeriod = zonePeriod
        clock = SimulatedClock(now)
        store = try Store(folder: self.folder, clock: clock, notices: notices)
        keeper = Self.keeper(store, zones, zonePeriod: zonePeriod)
    }

    /// A folder in memory where there is one, so that years of commits cost no years.
    static func makeFolder() throws -> String {
        let memory = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
        let folder = "\(parent)/caretaker-slots-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func keeper(
        _ store: Store,
        _ zones: ZoneFiles,
        queueLimit: Int = .max,
        zonePeriod: Duration = .seconds(86_400)
    ) -> SlotKeeper {
        SlotKeeper(
            store: store,
            zones: zones,
            queueLimit: Setting(queueLimit),
            zonePeriod: zonePeriod,
            failpoints: .fromEnvironment(),
            logger: Logger(label: "story") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// The task of all schedules.
    func theTask(_ settings: TaskSettings = TaskSettings()) async throws -> AgentTask {
        if let task { return task }
        let steps = [Step(instructions: "Tidy up.", checks: "")]
        let made = try await store.createTask(TaskContent(name: "Tidy", steps: steps, settings: settings))
        task = made
        return made
    }

    @discardableResult
    func schedule(
        _ expression: String,
        zone: String = "UTC",
        _ policy: SchedulePolicy = SchedulePolicy()
    ) async throws -> Schedule {
        let content = ScheduleContent(
            name: "Nightly",
            task: try await theTask().id,
            repository: "https://example.org/r.git",
            ref: nil,
            expression: expression,
            zone: zone,
            policy: policy
        )
        return try await store.createSchedule(content, id: Schedule.ID(at: clock.now))
    }

    /// The service starts: it reads everything and accounts for what it missed.
    func start(queueLimit: Int = .max) async throws {
        keeper = Self.keeper(store, zones, queueLimit: queueLimit, zonePeriod: zonePeriod)
        try await keeper.load()
        try await keeper.fire()
    }

    /// Reads the schedules that a change was made to, as the loop does when it hears of it.
    func hear(_ schedules: Schedule...) async throws {
        try await keeper.take(schedules.map { .one($0.number) })
        try await keeper.fire()
    }

    func hearAll() async throws {
        try await keeper.take([.all])
        try await keeper.fire()
    }

    /// The service runs on until an instant, and does at each moment what is due then.
    func go(to instant: Timestamp) async throws {
        while let next = keeper.next(), next <= instant {
            clock.set(max(next, clock.now))
            try await keeper.fire()
        }
        clock.set(instant)
        try await keeper.fire()
    }

    func go(_ duration: Duration) async throws {
        try await go(to: clock.now + duration)
    }

    /// Starts whatever run may start.
    func admit() async throws -> [Run] {
        try await store.admitRuns(caps: Admission.Caps(global: .max), runtime: .process)
    }

    /// Ends all runs that have begun, and those that begin then.
    func finishAll(_ state: RunState = .succeeded(nil)) async throws {
        while true {
            _ = try await admit()
            let active = try await store.activeRuns()
            if active.isEmpty { return }
            for run in active { try await store.finishRun(run.id, RunEnding(state: state, detail: nil)) }
        }
    }

    /// What became of a schedule's slots, oldest first: `01:00 run`, `02:00-04:00 missed ×3`.
    func records(of schedule: Schedule) async throws -> [String] {
        try await store.slots(of: schedule.id, before: nil, limit: 10_000).reversed().map { record in
            switch record {
            case .run(let slot, _, let state, _): "\(Self.time(slot)) \(state.name.rawValue)"
            case .skipped(let record):
                "\(Self.time(record.slots.first))-\(Self.time(record.slots.last)) \(record.slots.reason.rawValue) "
                    + "×\(record.slots.count)"
            }
        }
    }

    /// The hour and minute by UTC, with the day when it is not the first.
    private static func time(_ slot: Timestamp) -> String {
        let text = slot.iso8601
        let day = Int((slot - beginning) / .seconds(86_400))
        return (day == 0 ? "" : "\(day)d ") + text.dropFirst(11).prefix(5)
    }

    /// Checks that every slot since the schedule was made is accounted for exactly once.
    ///
    /// - Parameters:
    ///   - schedule: The schedule, which was never edited.
    ///   - zone: Its zone.
    /// - Returns: What is wrong; nil when nothing is.
    /// - Throws: What the store throws.
    func gap(in schedule: Schedule, _ zone: Zone) async throws -> String? {
        let expression = try CronExpression(schedule.content.expression, key: schedule.id.rawValue)
        let timetable = try Timetable(expression, zone: zone)
        let present = try await store.schedule(schedule.id.rawValue)
        var next = timetable.next(after: schedule.createdAt.seconds)
        for record in try await store.slots(of: schedule.id, before: nil, limit: 10_000_000).reversed() {
            guard let slot = next else { return "more is recorded than there are slots" }
            guard record.first.seconds == slot else {
                return
                    "\(schedule.content.expression): \(record.first.iso8601) is recorded, and the next slot was \(slot)"
            }
            next = timetable.next(after: slot)
            guard case .skipped(let skipped) = record else { continue }
            for _ in 1..<max(1, skipped.slots.count) {
                guard let further = next, further <= skipped.slots.last.seconds else {
                    return "a record counts too many slots: \(skipped)"
                }
                next = timetable.next(after: further)
            }
            if let next, next <= skipped.slots.last.seconds { return "a record counts too few slots: \(skipped)" }
        }
        guard let present, let next else { return nil }
        return next <= present.cursor.seconds ? "the cursor is past \(next), of which nothing is recorded" : nil
    }

    /// How many slots of a schedule are recorded.
    func count(of schedule: Schedule) async throws -> Int {
        try await store.slots(of: schedule.id, before: nil, limit: 10_000_000).reduce(0) { sum, record in
            if case .skipped(let record) = record { sum + record.slots.count } else { sum + 1 }
        }
    }

    /// How many runs are in a state.
    func count(state: RunState.Name) async throws -> Int {
        var count = 0
        var last: Run.ID?
        while true {
            let page = try await store.runs(Store.RunFilter(state: state, before: last, limit: 500))
            if page.isEmpty { return count }
            count += page.count
            last = page.last?.id
        }
    }
}
