import Logging
import Model
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing

@testable import Scheduler

/// The loop as a service: its timer, what it hears, and its end.
struct ScheduleLoopTests {
    /// Runs `body` beside the loop, which ends with it.
    private static func with(_ story: ScheduleStory, _ body: () async throws -> Void) async throws {
        let logger = Logger(label: "loop") { _ in SwiftLogNoOpLogHandler() }
        let loop = ScheduleLoop(
            store: story.store,
            zones: story.zones,
            clock: story.clock,
            queueLimit: Setting(.max),
            logger: logger
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [loop], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Waits until so many runs are there.
    private static func runs(_ count: Int, _ story: ScheduleStory) async throws -> [Run] {
        for await _ in story.store.queueBell() {
            let runs = try await story.store.runs(Store.RunFilter())
            if runs.count >= count { return runs }
        }
        return []
    }

    @Test(.timeLimit(.minutes(1)))
    func oneTimerIsSetForTheEarliestSlotAndRingsThen() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        try await story.schedule("0 * * * *")
        try await story.schedule("@every 90m")
        try await Self.with(story) {
            // The look at the zone files comes first, each minute.
            #expect(await story.clock.nextSleeper() == ScheduleStory.beginning + .seconds(60))
            story.clock.set(ScheduleStory.beginning + .seconds(3600))
            let runs = try await Self.runs(1, story)
            #expect(runs.map(\.origin.slot) == [ScheduleStory.beginning + .seconds(3600)])
            #expect(runs.map(\.origin.trigger) == [.schedule])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aScheduleThatIsMadeOrResumedWhileItRunsIsHeardOf() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        try await Self.with(story) {
            let schedule = try await story.schedule("@every 1m", SchedulePolicy(overlap: .allow))
            #expect(await story.clock.nextSleeper() <= ScheduleStory.beginning + .seconds(60))
            story.clock.set(ScheduleStory.beginning + .seconds(60))
            #expect(try await Self.runs(1, story).count == 1)
            _ = try await story.store.pauseAllSchedules(note: nil, by: nil)
            story.clock.set(ScheduleStory.beginning + .seconds(150))
            _ = try await story.store.resumeAllSchedules()
            _ = await story.clock.nextSleeper()
            story.clock.set(ScheduleStory.beginning + .seconds(180))
            #expect(try await Self.runs(2, story).count == 2)
            let records = try await story.records(of: schedule)
            #expect(records == ["00:01 queued", "00:02-00:02 paused ×1", "00:03 queued"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func eightHoursOfSleepAreMadeUpForOnce() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("*/10 * * * *")
        try await Self.with(story) {
            _ = await story.clock.nextSleeper()
            story.clock.set(ScheduleStory.beginning + .seconds(8 * 3600 + 30))
            let runs = try await Self.runs(1, story)
            #expect(runs.count == 1)
            _ = await story.clock.nextSleeper()
        }
        #expect(try await story.records(of: schedule) == ["00:10-07:50 missed ×47", "08:00 queued"])
    }
}

struct AlarmTests {
    @Test(.timeLimit(.minutes(1)))
    func itRingsAtTheInstantThatItWasSetToLast() async throws {
        let clock = SimulatedClock(ScheduleStory.beginning)
        let alarm = Alarm(clock: clock)
        let (rings, ring) = AsyncStream.makeStream(of: Timestamp.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await alarm.run { ring.yield(clock.now) } }
            alarm.set(ScheduleStory.beginning + .seconds(100))
            #expect(await clock.nextSleeper() == ScheduleStory.beginning + .seconds(100))
            alarm.set(ScheduleStory.beginning + .seconds(50))
            while await clock.nextSleeper() != ScheduleStory.beginning + .seconds(50) { await Task.yield() }
            clock.set(ScheduleStory.beginning + .seconds(60))
            var iterator = rings.makeAsyncIterator()
            #expect(await iterator.next() == ScheduleStory.beginning + .seconds(60))
            group.cancelAll()
        }
    }
}

/// The kernel's timer; the waits are of milliseconds.
struct RealtimeClockTests {
    @Test(.timeLimit(.minutes(1)))
    func itWakesAtTheInstantAndNotBefore() async throws {
        let clock = RealtimeClock()
        for wait in [1, 20, 150] {
            let instant = clock.now + .milliseconds(wait)
            try await clock.sleep(until: instant)
            #expect(clock.now >= instant)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whatHasPassedIsNotWaitedFor() async throws {
        let clock = RealtimeClock()
        for past in [clock.now, clock.now + .seconds(-100), Timestamp(milliseconds: 0), Timestamp(milliseconds: -5)] {
            try await clock.sleep(until: past)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func cancellationEndsTheSleepAtOnce() async throws {
        let clock = RealtimeClock()
        for _ in 1...50 {
            await #expect(throws: CancellationError.self) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await clock.sleep(until: clock.now + .seconds(3600)) }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }
}
