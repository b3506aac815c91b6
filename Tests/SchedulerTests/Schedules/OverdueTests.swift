import AgentStream
import Cron
import Foundation
import Logging
import Model
import ServiceLifecycle
import Store
import TestSupport
import Testing

@testable import Scheduler

/// Schedules that have had no success for too long are told, once.
@Suite(.timeLimit(.minutes(1)))
struct OverdueTests {
    private static let start = ScheduleStory.beginning
    private static let all = Set(Model.Notice.Event.allCases)

    private static func list(_ story: ScheduleStory) -> OverdueList {
        OverdueList(
            store: story.store,
            zones: story.zones,
            logger: Logger(label: "overdue") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// What was told of each schedule, oldest first.
    private static func kinds(_ story: ScheduleStory) async throws -> [Model.Notice.Kind] {
        try await story.store.dueNotices(limit: .max, but: []).map(\.kind)
    }

    /// A run of a schedule, asked for by a person, ends.
    private static func run(_ story: ScheduleStory, _ schedule: Schedule, _ state: RunState) async throws {
        _ = try await story.store.runNow(schedule.id.rawValue, queueLimit: .max)
        try await story.finishAll(state)
    }

    @Test(arguments: [
        ("0 * * * *", 60), ("*/10 * * * *", 10), ("@every 90m", 90),
        // Made on a Monday, but the weekend's gap is the longest.
        ("0 9 * * 1-5", 4320),
        // Of the gaps between months the longest.
        ("0 0 1 * *", 44_640),
    ])
    func aScheduleIsOverdueAfterThreeOfItsLongestGapsAndTenMinutes(
        _ expression: String,
        _ minutes: Int64
    ) async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        try await story.schedule(expression)
        var list = Self.list(story)
        try await list.load()
        let due = Self.start + .seconds(3 * 60 * minutes + 600)
        // It is looked at as seldom as can be.
        var looks = 0
        while let next = list.next(), next < due {
            story.clock.set(next)
            try await list.look()
            looks += 1
        }
        #expect(looks <= 2)
        #expect(list.next() == due)
        story.clock.set(due + .milliseconds(-1))
        try await list.look()
        #expect(try await Self.kinds(story) == [])
        story.clock.set(due)
        try await list.look()
        #expect(try await Self.kinds(story) == [.scheduleOverdue])
        #expect(list.next() == nil)
    }

    @Test func theAlertForPrometheusIsTheSameRule() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../systemd/prometheus/caretaker.rules.yml"
        )
        let rules = try String(contentsOf: file, encoding: .utf8)
        let slack = OverdueRule.slack / .seconds(1)
        #expect(rules.contains("> \(OverdueRule.gaps) * caretaker_schedule_interval_seconds + \(Int(slack))\n"))
    }

    @Test func aSuccessPutsItOffAndAFailureDoesNot() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *")
        var list = Self.list(story)
        try await list.load()
        let allowance = Duration.seconds(3 * 3600 + 600)
        story.clock.set(Self.start + .seconds(3600))
        try await Self.run(story, schedule, .succeeded(nil))
        story.clock.set(Self.start + .seconds(7200))
        try await Self.run(story, schedule, .failed(.agentError))
        story.clock.set(Self.start + allowance)
        try await list.look()
        #expect(list.next() == Self.start + .seconds(3600) + allowance)
        #expect(try await Self.kinds(story) == [.runFailed])
        story.clock.set(Self.start + .seconds(3600) + allowance)
        try await list.look()
        #expect(try await Self.kinds(story) == [.runFailed, .scheduleOverdue])
    }

    @Test func itIsToldOnceAlsoAfterARestartAndAgainWhenItHasRecovered() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *")
        let allowance = Duration.seconds(3 * 3600 + 600)
        story.clock.set(Self.start + allowance)
        for _ in 0..<3 {
            var list = Self.list(story)
            try await list.load()
            #expect(list.next() == nil)
            try await list.take([.one(schedule.number)])
            story.clock.advance(by: .seconds(3600))
        }
        #expect(try await Self.kinds(story) == [.scheduleOverdue])
        var list = Self.list(story)
        try await list.load()
        var changes = story.store.scheduleChanges().makeAsyncIterator()
        try await Self.run(story, schedule, .succeeded(nil))
        #expect(try await Self.kinds(story) == [.scheduleOverdue, .scheduleRecovered])
        // The watch hears of it, as it can be overdue again.
        #expect(await changes.next() == .one(schedule.number))
        try await list.take([.one(schedule.number)])
        let again = story.clock.now + allowance
        #expect(list.next() == again)
        try await Self.run(story, schedule, .succeeded(nil))
        story.clock.set(again)
        try await list.look()
        #expect(try await Self.kinds(story) == [.scheduleOverdue, .scheduleRecovered, .scheduleOverdue])
    }

    @Test func whatIsToldSaysOfWhat() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *")
        try await Self.run(story, schedule, .succeeded(nil))
        story.clock.set(Self.start + .seconds(86_400))
        var list = Self.list(story)
        try await list.load()
        try await Self.run(story, schedule, .succeeded(nil))
        let notices = try await story.store.dueNotices(limit: 9, but: [])
        let overdue = try JSONValue(parsing: Array((notices.first?.data ?? "").utf8))
        #expect(overdue["run"] == .null)
        #expect(overdue["schedule"]?["slug"]?.string == schedule.slug)
        #expect(overdue["schedule"]?["lastSuccessAt"]?.string == Self.start.iso8601)
        #expect(overdue["task"]?["slug"]?.string == "tidy")
        let recovered = try JSONValue(parsing: Array((notices.last?.data ?? "").utf8))
        #expect(recovered["run"]?["state"] == "succeeded")
        #expect(recovered["schedule"]?["slug"]?.string == schedule.slug)
    }

    @Test func whatIsNotDueIsNotOverdue() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        try await story.schedule("@manual")
        try await story.schedule("@at 2026-02-01T00:00:00Z")
        try await story.schedule("0 * * * *", SchedulePolicy(end: Self.start + .seconds(7200)))
        let paused = try await story.schedule("0 * * * *")
        _ = try await story.store.pauseSchedule(paused.id.rawValue, note: nil, by: nil)
        let later = try await story.schedule("0 * * * *", SchedulePolicy(start: Self.start + .seconds(40 * 86_400)))
        let deleted = try await story.schedule("0 * * * *")
        var list = Self.list(story)
        try await list.load()
        _ = try await story.store.deleteSchedule(deleted.id.rawValue)
        story.clock.set(Self.start + .seconds(40 * 86_400 + 3 * 3600 + 599))
        try await list.look()
        #expect(try await Self.kinds(story) == [])
        story.clock.advance(by: .seconds(1))
        try await list.look()
        let told = try await story.store.dueNotices(limit: 9, but: [])
        #expect(told.count == 1)
        #expect(told.first?.data.contains(later.id.rawValue) == true)
    }

    @Test func aPauseOfAllHoldsAndItsEndBeginsAnew() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        try await story.schedule("0 * * * *")
        var list = Self.list(story)
        try await list.load()
        _ = try await story.store.pauseAllSchedules(note: nil, by: nil)
        story.clock.set(Self.start + .seconds(86_400))
        try await list.look()
        #expect(list.next() == nil)
        _ = try await story.store.resumeAllSchedules()
        try await list.take([.all])
        #expect(list.next() == story.clock.now + .seconds(3 * 3600 + 600))
        #expect(try await Self.kinds(story) == [])
    }

    @Test func whatChangedSinceItWasFoundIsLeftAlone() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *")
        story.clock.set(Self.start + .seconds(86_400))
        let found = try await story.store.watchedSchedules(numbers: [schedule.number])
        try await Self.run(story, schedule, .succeeded(nil))
        #expect(try await story.store.tellOverdue(found) == [])
        let again = try await story.store.watchedSchedules(numbers: [schedule.number])
        _ = try await story.store.pauseSchedule(schedule.id.rawValue, note: nil, by: nil)
        #expect(try await story.store.tellOverdue(again) == [])
        #expect(try await Self.kinds(story) == [])
    }

    @Test func aFailureIsToldWhenALaterRunTakesThePlaceOfItsRetry() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        try await story.schedule("0 * * * *", SchedulePolicy(overlap: .cancelRunning))
        try await story.start()
        try await story.go(.seconds(3600))
        let run = try #require(try await story.admit().first)
        let ending = RunEnding(state: .failed(.overloaded), detail: nil)
        try await story.store.finishRun(run.id, ending, retryAfter: .seconds(86_400))
        #expect(try await Self.kinds(story) == [])
        try await story.go(.seconds(3600))
        let notice = try #require(try await story.store.dueNotices(limit: 9, but: []).first)
        #expect(notice.kind == .runFailed)
        #expect(notice.data.contains(run.id.rawValue))
    }

    /// The watch as a service: its timer, what it hears, and its end.
    @Test func theWatchSleepsUntilTheFirstScheduleMayBeOverdue() async throws {
        let story = try ScheduleStory(notices: Self.all)
        defer { story.remove() }
        let log = LogCapture()
        let watch = OverdueWatch(store: story.store, zones: story.zones, clock: story.clock, logger: log.logger)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [watch], logger: log.logger))
        var bell = story.store.noticeBell().makeAsyncIterator()
        await bell.next()
        try await story.schedule("0 0 * * *")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            #expect(await story.clock.nextSleeper() == Self.start + .seconds(3 * 86_400 + 600))
            // A schedule that is made meanwhile is heard of.
            let hourly = try await story.schedule("0 * * * *")
            let due = Self.start + .seconds(3 * 3600 + 600)
            try await waitUntil { await story.clock.nextSleeper() == due }
            story.clock.set(due)
            await bell.next()
            #expect(try await Self.kinds(story) == [.scheduleOverdue])
            _ = await story.clock.nextSleeper()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            #expect(log.text.contains("schedule_overdue"))
            #expect(log.text.contains(hourly.id.rawValue))
        }
    }
}
