import Model
import Store
import TestSupport
import Testing

@testable import Scheduler

/// Every overlap and catch-up policy as a timeline.
struct TimelineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let policy: SchedulePolicy
        let records: [String]

        var testDescription: String { "\(policy.overlap), \(policy.catchUp)" }
    }

    /// Runs take two and a half hours each; slots are each hour from one to six.
    @Test(arguments: [
        Case(
            policy: SchedulePolicy(overlap: .skip),
            records: [
                "01:00 succeeded", "02:00-03:00 overlap ×2", "04:00 succeeded", "05:00-06:00 overlap ×2",
            ]
        ),
        Case(
            policy: SchedulePolicy(overlap: .queueOne),
            records: [
                "01:00 succeeded", "02:00 succeeded", "03:00-03:00 overlap ×1", "04:00 running",
                "05:00-06:00 overlap ×2",
            ]
        ),
        Case(
            policy: SchedulePolicy(overlap: .queueAll),
            records: [
                "01:00 succeeded", "02:00 succeeded", "03:00 running", "04:00 queued", "05:00 queued", "06:00 queued",
            ]
        ),
        Case(
            policy: SchedulePolicy(overlap: .cancelRunning),
            records: [
                "01:00 cancelled", "02:00 cancelled", "03:00 cancelled", "04:00 cancelled", "05:00 cancelled",
                "06:00 running",
            ]
        ),
        Case(
            policy: SchedulePolicy(overlap: .allow),
            records: [
                "01:00 succeeded", "02:00 succeeded", "03:00 succeeded", "04:00 succeeded", "05:00 running",
                "06:00 running",
            ]
        ),
    ])
    func whatOverlapsFollowsThePolicy(_ given: Case) async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 1-6 * * *", given.policy)
        try await story.start()
        var began: [Run.ID: Timestamp] = [:]
        for _ in 1...(13 * 30) {
            try await story.go(.seconds(60))
            for run in try await story.admit() {
                began[run.id] = story.clock.now
                try await story.store.moveRun(run.id, to: .running)
            }
            for run in try await story.store.activeRuns() {
                guard let since = began[run.id] else { continue }
                let isCancelled = run.cancelRequestedAt != nil
                guard isCancelled || story.clock.now - since >= .seconds(9000) else { continue }
                try await story.store.finishRun(
                    run.id,
                    RunEnding(state: isCancelled ? .cancelled : .succeeded(nil), detail: nil)
                )
            }
        }
        #expect(try await story.records(of: schedule) == given.records)
    }

    /// The service is away from half past one until half past six.
    @Test(arguments: [
        Case(
            policy: SchedulePolicy(overlap: .allow, catchUp: .none),
            records: ["01:00 queued", "02:00-06:00 missed ×5", "07:00 queued"]
        ),
        Case(
            policy: SchedulePolicy(overlap: .allow, catchUp: .latest),
            records: ["01:00 queued", "02:00-05:00 missed ×4", "06:00 queued", "07:00 queued"]
        ),
        Case(
            policy: SchedulePolicy(overlap: .allow, catchUp: .all, cap: 3),
            records: [
                "01:00 queued", "02:00-03:00 capacity ×2", "04:00 queued", "05:00 queued", "06:00 queued",
                "07:00 queued",
            ]
        ),
        Case(
            policy: SchedulePolicy(overlap: .allow, catchUp: .all, deadline: 7200),
            records: ["01:00 queued", "02:00-04:00 deadline ×3", "05:00 queued", "06:00 queued", "07:00 queued"]
        ),
        Case(
            policy: SchedulePolicy(overlap: .skip, catchUp: .all),
            records: ["01:00 queued", "02:00-07:00 overlap ×6"]
        ),
        Case(
            policy: SchedulePolicy(overlap: .queueOne, catchUp: .all, deadline: 7200),
            records: ["01:00 queued", "02:00-04:00 deadline ×3", "05:00-07:00 overlap ×3"]
        ),
        Case(
            policy: SchedulePolicy(overlap: .cancelRunning, catchUp: .all),
            records: [
                "01:00 cancelled", "02:00 cancelled", "03:00 cancelled", "04:00 cancelled", "05:00 cancelled",
                "06:00 cancelled", "07:00 queued",
            ]
        ),
    ])
    func whatWasMissedFollowsThePolicy(_ given: Case) async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", given.policy)
        try await story.start()
        try await story.go(.seconds(5400))
        story.clock.advance(by: .seconds(5 * 3600))
        try await story.start()
        try await story.go(.seconds(3600))
        #expect(try await story.records(of: schedule) == given.records)
    }

    @Test
    func aFullQueueSkipsForCapacity() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start(queueLimit: 2)
        try await story.go(.seconds(4 * 3600))
        #expect(try await story.records(of: schedule) == ["01:00 queued", "02:00 queued", "03:00-04:00 capacity ×2"])
    }

    @Test
    func aPausedScheduleWritesNothingUntilItIsResumed() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow, catchUp: .all))
        try await story.start()
        try await story.go(.seconds(5400))
        _ = try await story.store.pauseSchedule(schedule.slug, note: "Holidays", by: "ann")
        try await story.hear(schedule)
        try await story.go(.seconds(3 * 3600))
        #expect(try await story.records(of: schedule) == ["01:00 queued"])
        _ = try await story.store.resumeSchedule(schedule.slug)
        try await story.hear(schedule)
        #expect(try await story.records(of: schedule) == ["01:00 queued", "02:00-04:00 paused ×3"])
        try await story.go(.seconds(3600))
        #expect(try await story.records(of: schedule).last == "05:00 queued")
    }

    @Test
    func thePauseOfAllHoldsEverySchedule() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let hourly = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow, catchUp: .all))
        let alone = try await story.schedule("30 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start()
        _ = try await story.store.pauseSchedule(alone.slug, note: nil, by: nil)
        try await story.hear(alone)
        _ = try await story.store.pauseAllSchedules(note: "Budget", by: "bob")
        try await story.hearAll()
        try await story.go(.seconds(2 * 3600))
        // Also a service that was started meanwhile.
        try await story.start()
        try await story.go(.seconds(1800))
        #expect(try await story.records(of: hourly) == [])
        _ = try await story.store.resumeAllSchedules()
        try await story.hearAll()
        try await story.go(.seconds(1800))
        #expect(try await story.records(of: hourly) == ["01:00-02:00 paused ×2", "03:00 queued"])
        #expect(try await story.records(of: alone) == [])
    }

    @Test
    func queuedRunsOfAPausedScheduleWaitAndThoseThatAPersonAskedForDoNot() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start()
        try await story.go(.seconds(3600))
        _ = try await story.store.pauseSchedule(schedule.slug, note: nil, by: nil)
        let manual = try await story.store.runNow(schedule.slug, queueLimit: 10)
        #expect(try await story.admit().map(\.id) == [manual.id])
        let held = try await story.store.runs(Store.RunFilter(state: .queued))
        #expect(held.map(\.state) == [.queued(.paused)])
        _ = try await story.store.resumeSchedule(schedule.slug)
        #expect(try await story.admit().count == 1)
    }

    @Test
    func afterSoManyFailuresInARowAScheduleIsPaused() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(pauseAfterFailures: 2))
        try await story.start()
        try await story.go(.seconds(3600))
        try await story.finishAll(.failed(.agentError))
        try await story.go(.seconds(3600))
        try await story.finishAll(.succeeded(nil))
        for _ in 1...2 {
            #expect(try await story.store.schedule(schedule.slug)?.pause == nil)
            try await story.go(.seconds(3600))
            try await story.finishAll(.timedOut(.total))
        }
        try await story.hear(schedule)
        let paused = try await story.store.schedule(schedule.slug)
        #expect(paused?.pause?.note == "2 of its runs failed in a row.")
        #expect(paused?.pause?.by == "caretaker")
        try await story.go(.seconds(7200))
        #expect(try await story.records(of: schedule).count == 4)
    }

    @Test
    func aRetryWaitsForItsTimeCountsAsActiveAndItsFailureIsCountedOnce() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(pauseAfterFailures: 1))
        try await story.start()
        try await story.go(.seconds(3600))
        let first = try #require(try await story.admit().first)
        let ending = RunEnding(state: .failed(.fetchFailed), detail: nil)
        try await story.store.finishRun(first.id, ending, retryAfter: .seconds(4000))
        #expect(try await story.store.schedule(schedule.slug)?.pause == nil)
        #expect(try await story.admit().isEmpty)
        #expect(try await story.store.nextRetry() == story.clock.now + .seconds(4000))
        let retry = try #require(try await story.store.runs(Store.RunFilter(state: .queued)).first)
        #expect(retry.state == .queued(.backoff))
        #expect(retry.retryOf == first.id)
        #expect(retry.origin.attempt == 2)
        #expect(retry.origin.slot == nil)
        try await story.go(.seconds(3600))
        #expect(try await story.records(of: schedule) == ["01:00 failed", "02:00-02:00 overlap ×1"])
        try await story.go(.seconds(400))
        #expect(try await story.admit().map(\.id) == [retry.id])
        try await story.store.finishRun(retry.id, ending)
        #expect(try await story.store.schedule(schedule.slug)?.pause != nil)
    }

    @Test
    func boundsKeepTheScheduleFromRunning() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let policy = SchedulePolicy(
            overlap: .allow,
            start: ScheduleStory.beginning + .seconds(3 * 3600),
            end: ScheduleStory.beginning + .seconds(5 * 3600)
        )
        let schedule = try await story.schedule("0 * * * *", policy)
        try await story.start()
        try await story.go(.seconds(8 * 3600))
        #expect(try await story.records(of: schedule) == ["01:00-02:00 bounds ×2", "03:00 queued", "04:00 queued"])
        #expect(try await story.store.schedule(schedule.slug)?.cursor == ScheduleStory.beginning + .seconds(4 * 3600))
    }

    @Test
    func jitterPutsEachRunOffByTheSameEveryTimeAndNeverToTheNextSlot() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        try await story.schedule("*/5 * * * *", SchedulePolicy(jitter: 3600, overlap: .allow))
        try await story.start()
        var offsets: [Duration] = []
        for _ in 1...50 {
            let next = story.keeper.next()
            let due = try #require(next)
            // The look at the zone files comes in between.
            story.clock.set(due)
            let before = try await story.store.runs(Store.RunFilter(limit: 500)).count
            try await story.start()
            let runs = try await story.store.runs(Store.RunFilter(limit: 500))
            if runs.count > before, let slot = runs.first?.origin.slot { offsets.append(story.clock.now - slot) }
        }
        #expect(offsets.count > 5)
        #expect(Set(offsets).count > 3)
        for offset in offsets { #expect(offset >= .zero && offset < .seconds(300)) }
    }

    @Test
    func runsThatAreMadeTogetherStartInTheOrderOfTheirSlots() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        try await story.schedule("0 * * * *", SchedulePolicy(overlap: .queueAll, catchUp: .all))
        try await story.start()
        story.clock.advance(by: .seconds(20 * 3600))
        try await story.start()
        var slots: [Timestamp] = []
        while let run = try await story.admit().first {
            slots.append(try #require(run.origin.slot))
            try await story.store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        }
        #expect(slots == (1...20).map { ScheduleStory.beginning + .seconds($0 * 3600) })
    }

    private static let failure = RunEnding(state: .failed(.fetchFailed), detail: nil)

    @Test
    func whatWasCancelledOrHasLostItsScheduleIsNotTriedAgain() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start()
        try await story.go(.seconds(7200))
        let runs = try await story.admit()
        try #require(runs.count == 2)
        _ = try await story.store.cancelRun(runs[0].id)
        try await story.store.finishRun(runs[0].id, Self.failure, retryAfter: .seconds(10))
        _ = try await story.store.deleteSchedule(schedule.slug)
        try await story.store.finishRun(runs[1].id, Self.failure, retryAfter: .seconds(10))
        #expect(try await story.count(state: .queued) == 0)
    }

    @Test
    func aRetryGoesBeforeTheLaterRunsOfItsSchedule() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        try await story.schedule("0 * * * *", SchedulePolicy(overlap: .queueAll))
        try await story.start()
        try await story.go(.seconds(7200))
        let first = try #require(try await story.admit().first)
        try await story.store.finishRun(first.id, Self.failure, retryAfter: .seconds(600))
        #expect(try await story.admit().isEmpty)
        #expect(
            Set(try await story.store.runs(Store.RunFilter(state: .queued)).map(\.state))
                == [.queued(.overlap), .queued(.backoff)]
        )
        try await story.go(.seconds(600))
        let retry = try #require(try await story.admit().first)
        #expect(retry.retryOf == first.id)
        try await story.store.finishRun(retry.id, RunEnding(state: .succeeded(nil), detail: nil))
        #expect(try await story.admit().map(\.origin.trigger) == [.schedule])
    }

    @Test
    func aReplacedRetryCountsAsAFailure() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let schedule = try await story.schedule(
            "0 * * * *",
            SchedulePolicy(overlap: .cancelRunning, pauseAfterFailures: 1)
        )
        try await story.start()
        try await story.go(.seconds(3600))
        let first = try #require(try await story.admit().first)
        try await story.store.finishRun(first.id, Self.failure, retryAfter: .seconds(86_400))
        #expect(try await story.store.schedule(schedule.slug)?.pause == nil)
        try await story.go(.seconds(3600))
        #expect(try await story.store.schedule(schedule.slug)?.pause?.by == "caretaker")
    }

    @Test
    func aScheduleThatCannotBeAccountedForHoldsNoOtherUp() async throws {
        let story = try ScheduleStory()
        defer { story.remove() }
        let broken = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        let sound = try await story.schedule("0 * * * *", SchedulePolicy(overlap: .allow))
        try await story.start()
        // A record that stands where one would be written.
        let plan = SlotPlan(skipping: SkippedSlots(ScheduleStory.beginning + .seconds(7200), .missed))
        let edited = try #require(
            try await story.store.updateSchedule(broken, broken.content, closing: (plan, broken.cursor))
        )
        _ = try await story.store.runNow(broken.slug, queueLimit: 9)
        var content = edited.content
        content.policy.overlap = .skip
        _ = try await story.store.updateSchedule(edited, content, closing: nil)
        try await story.hear(broken)
        try await story.go(.seconds(7200))
        #expect(try await story.records(of: sound) == ["01:00 queued", "02:00 queued"])
    }
}

extension SlotPlan {
    fileprivate init(skipping slots: SkippedSlots) {
        self.init()
        skip(slots)
    }
}
