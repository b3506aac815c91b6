import Cron
import Foundation
import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

/// Years of schedules in seconds: every slot must be accounted for exactly once, whatever happens.
struct SimulationTests {
    private static let zones = [
        "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran",
        "America/Sao_Paulo", "Pacific/Chatham", "America/Havana", "Europe/Dublin", "Antarctica/Troll", "Asia/Kolkata",
    ]

    static func isSoak() -> Bool { ProcessInfo.processInfo.environment["CARETAKER_SOAK"] == "1" }

    private static func policy(_ random: inout SeededGenerator) -> SchedulePolicy {
        SchedulePolicy(
            jitter: random.below(3) == 0 ? random.below(7200) : 0,
            overlap: SchedulePolicy.Overlap.allCases[random.below(5)],
            catchUp: SchedulePolicy.CatchUp.allCases[random.below(3)],
            deadline: random.below(200_000),
            cap: 1 + random.below(20),
            start: random.below(5) == 0 ? ScheduleStory.beginning + .seconds(random.below(10_000_000)) : nil,
            end: random.below(5) == 0 ? ScheduleStory.beginning + .seconds(20_000_000 + random.below(30_000_000)) : nil
        )
    }

    private static func expression(_ random: inout SeededGenerator) -> String {
        let expressions = [
            "H H * * *", "30 2 * * *", "H H * * 1-5", "0 0 1 * *", "H H/12 * * *", "15 1,2,3 * * 0", "0 0 L * *",
            "0 9 * * MON#1", "@weekly", "30 1-3 * * SUN", "@every 26h", "0 0 29 2 *", "59 23 31 12 *", "H H * H *",
        ]
        return expressions[random.below(expressions.count)]
    }

    @Test(.timeLimit(.minutes(60)))
    func twoYearsWithCrashesAndClockStepsAccountForEverySlotOnce() async throws {
        let count = Self.isSoak() ? 1000 : 20
        var random = SeededGenerator(seed: 20_261_122)
        let story = try ScheduleStory()
        defer { story.remove() }
        var schedules: [Schedule] = []
        for number in 0..<count {
            let zone = Self.zones[number % Self.zones.count]
            schedules.append(
                try await story.schedule(Self.expression(&random), zone: zone, Self.policy(&random))
            )
        }
        let end = ScheduleStory.beginning + .seconds(2 * 365 * 86_400)
        var crashes = 0
        var steps = 0
        try await story.start()
        while story.clock.now < end {
            switch random.below(12) {
            case 0:
                // The clock steps, either way, and the service only notices by its timer.
                story.clock.advance(by: .seconds(random.below(172_800) - 86_400))
                steps += 1
            case 1:
                // The service is killed after a commit that it did not hear of, and is away for a while.
                let before = story.keeper
                try await story.go(.seconds(random.below(86_400)))
                story.keeper = before
                story.clock.advance(by: .seconds(random.below(3 * 86_400)))
                crashes += 1
                if random.below(2) == 0 { try await story.start() }
            case 2:
                let schedule = schedules[random.below(count)]
                _ = try await story.store.pauseSchedule(schedule.id.rawValue, note: nil, by: nil)
                try await story.hear(schedule)
                try await story.go(.seconds(random.below(10 * 86_400)))
                _ = try await story.store.resumeSchedule(schedule.id.rawValue)
                try await story.hear(schedule)
            case 3:
                _ = try await story.store.pauseAllSchedules(note: nil, by: nil)
                if random.below(2) == 0 { try await story.hearAll() }
                try await story.go(.seconds(random.below(2 * 86_400)))
                _ = try await story.store.resumeAllSchedules()
                try await story.hearAll()
            default:
                try await story.go(.seconds(random.below(3 * 86_400)))
                // Whoever reads all rows anew finds nothing due that was forgotten.
                var fresh = ScheduleStory.keeper(story.store, story.zones)
                try await fresh.load()
                let next = fresh.next()
                #expect(next.map { $0 > story.clock.now } == true)
            }
            try await story.finishAll()
        }
        try await story.start()
        var slots = 0
        for schedule in schedules {
            let gap = try await story.gap(in: schedule, story.zones.zone(schedule.content.zone))
            #expect(gap == nil, "\(schedule.content.zone) \(schedule.content.expression) \(schedule.content.policy)")
            slots += try await story.count(of: schedule)
        }
        print("\(count) schedules, two years: \(slots) slots, \(crashes) crashes, \(steps) steps of the clock")
        #expect(slots > count * 100)
    }

    @Test(arguments: [1, 8, 24, -1, -8, -24])
    func aStepOfTheClockByHoursNeitherLosesNorDoublesASlot(_ hours: Int) async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("*/10 * * * *", SchedulePolicy(overlap: .allow, catchUp: .latest))
        try await story.start()
        try await story.go(.seconds(36_000))
        story.clock.advance(by: .seconds(hours * 3600))
        try await story.go(.seconds(100))
        let runs = try await story.store.runs(Store.RunFilter(limit: 500)).count
        // One run makes up for all that a step forward passed over.
        #expect(runs == 60 + (hours > 0 ? 1 : 0))
        try await story.go(.seconds(2 * 86_400))
        #expect(try await story.gap(in: schedule, .utc) == nil)
        #expect(try await story.store.runs(Store.RunFilter(limit: 500)).count <= 60 + 2 * 144 + 1)
    }

    @Test
    func tenThousandMissedSlotsBecomeOneRunAndOneRecord() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("* * * * *", SchedulePolicy(deadline: 1_000_000))
        try await story.start()
        story.clock.advance(by: .seconds(600_010))
        try await story.start()
        #expect(try await story.records(of: schedule) == ["00:01-6d 22:39 missed ×9999", "6d 22:40 queued"])
        #expect(try await story.gap(in: schedule, .utc) == nil)
    }

    @Test
    func tenThousandSchedulesDueInOneSecondAllRun() async throws {
        let count = Self.isSoak() ? 10_000 : 1000
        let story = try ScheduleStory()
        defer { story.remove() }
        for _ in 1...count { try await story.schedule("0 1 * * *") }
        try await story.start()
        try await story.go(.seconds(3599))
        #expect(try await story.store.runs(Store.RunFilter()).isEmpty)
        try await story.go(.seconds(1))
        #expect(try await story.count(state: .queued) == count)
    }

    @Test
    func twoLoopsOnOneDatabaseMakeEachRunOnce() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        var schedules: [Schedule] = []
        for minute in 0..<20 {
            schedules.append(try await story.schedule("\(minute)/7 * * * *", SchedulePolicy(overlap: .allow)))
        }
        let other = try Store(folder: story.folder, clock: story.clock)
        var keepers = [story.keeper, ScheduleStory.keeper(other, story.zones)]
        for index in keepers.indices { try await keepers[index].load() }
        for _ in 1...180 {
            story.clock.advance(by: .seconds(60))
            try await withThrowingTaskGroup(of: (Int, SlotKeeper).self) { group in
                for (index, keeper) in keepers.enumerated() {
                    group.addTask {
                        var keeper = keeper
                        try await keeper.fire()
                        return (index, keeper)
                    }
                }
                for try await (index, keeper) in group { keepers[index] = keeper }
            }
        }
        var runs = 0
        for schedule in schedules {
            #expect(try await story.gap(in: schedule, .utc) == nil)
            let records = try await story.store.slots(of: schedule.id, before: nil, limit: 999)
            #expect(records.count(where: \.isRun) == records.count)
            runs += records.count
        }
        // Twenty schedules of every seventh minute or so, for three hours.
        #expect(runs > 20 * 180 / 8)
    }

    @Test
    func changesWhileSlotsAreDueAreSafe() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let edited = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        let deleted = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        let paused = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start()
        // The loop has not heard of any of it when the slots come due.
        story.clock.advance(by: .seconds(1800))
        var content = edited.content
        content.expression = "30 2 * * *"
        #expect(try await story.store.updateSchedule(edited, content, closing: (SlotPlan(), story.clock.now)) != nil)
        _ = try await story.store.deleteSchedule(deleted.slug)
        _ = try await story.store.pauseSchedule(paused.slug, note: nil, by: nil)
        try await story.go(.seconds(5 * 3600))
        #expect(try await story.records(of: edited) == ["02:30 queued"])
        #expect(try await story.records(of: deleted) == [])
        #expect(try await story.records(of: paused) == [])
        // An edit that was worked out from what is no more is refused.
        #expect(try await story.store.updateSchedule(edited, content, closing: nil) == nil)
    }

    @Test
    func deletingATaskDeletesItsSchedules() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *")
        try await story.start()
        try await story.go(.seconds(3600))
        _ = try await story.store.deleteTask(try await story.theTask().id.rawValue)
        try await story.hear(schedule)
        try await story.go(.seconds(7200))
        #expect(try await story.store.schedule(schedule.slug) == nil)
        #expect(try await story.records(of: schedule) == ["01:00 cancelled"])
        #expect(story.keeper.count == 0)
    }

    @Test
    func aZoneThatIsLostStopsItsSchedulesUntilItIsBack() async throws {
        let folder = try ScheduleStory.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/Berlin"
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Europe/Berlin", toPath: file)
        let story = try ScheduleStory(zones: ZoneFiles(folder: folder), zonePeriod: .seconds(60))
        defer { story.remove() }
        let schedule = try await story.schedule("30 * * * *", zone: "Berlin", SchedulePolicy(overlap: .allow))
        try await story.start()
        try await story.go(.seconds(3600))
        try FileManager.default.removeItem(atPath: file)
        try await story.go(.seconds(3 * 3600))
        #expect(try await story.store.schedule(schedule.slug)?.isInvalid == true)
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Europe/Berlin", toPath: file)
        try await story.go(.seconds(2 * 3600))
        #expect(
            try await story.records(of: schedule) == [
                "00:30 queued", "01:30-03:30 invalid ×3", "04:30 queued", "05:30 queued",
            ]
        )
        #expect(try await story.store.schedule(schedule.slug)?.isInvalid == false)
    }

    @Test
    func newZoneDataMovesTheSlotsToCome() async throws {
        let folder = try ScheduleStory.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/Somewhere"
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Europe/Berlin", toPath: file)
        let story = try ScheduleStory(zones: ZoneFiles(folder: folder), zonePeriod: .seconds(60))
        defer { story.remove() }
        let schedule = try await story.schedule("0 6 * * *", zone: "Somewhere", SchedulePolicy(overlap: .allow))
        try await story.start()
        try await story.go(.seconds(3600))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Europe/Lisbon", toPath: file)
        try await story.go(.seconds(86_400))
        #expect(try await story.records(of: schedule) == ["06:00 queued"])
    }
}

extension SlotRecord {
    fileprivate var isRun: Bool {
        if case .run = self { true } else { false }
    }
}
