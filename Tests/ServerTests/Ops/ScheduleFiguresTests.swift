import Model
import OpsMetrics
import Server
import Testing

@testable import Store

/// What is told of schedules, above all what the alert for overdue ones is made from.
@Suite(.timeLimit(.minutes(1))) struct ScheduleFiguresTests {
    /// A sample of the schedule; nil for none.
    private static func sample(_ name: String, _ scene: OpsScene) async -> Double? {
        let text = String(decoding: await scene.metrics.registry.scrape(.text), as: UTF8.self)
        let start = "caretaker_schedule_\(name){schedule=\"nightly\"} "
        return text.split(separator: "\n").first { $0.hasPrefix(start) }.flatMap { Double($0.dropFirst(start.count)) }
    }

    private static func content(
        _ store: Store,
        _ policy: SchedulePolicy = SchedulePolicy()
    ) async throws
        -> ScheduleContent
    {
        ScheduleContent(
            name: "Nightly",
            task: try await store.someTask("Tidy").id,
            repository: "a/b",
            ref: nil,
            expression: "0 2 * * *",
            zone: "UTC",
            policy: policy
        )
    }

    private static func create(_ store: Store, _ content: ScheduleContent) async throws -> Schedule {
        try await store.createSchedule(content, id: Schedule.ID(at: store.clock.now))
    }

    @Test func onlyOtherTimesAndAResumptionMoveTheBeginning() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            var content = try await Self.content(store)
            var schedule = try await Self.create(store, content)
            func since() async -> Double? { await Self.sample("active_since_timestamp_seconds", scene) }
            func edit(_ change: (inout ScheduleContent) -> Void) async throws {
                change(&content)
                schedule = try #require(try await store.updateSchedule(schedule, content, closing: nil))
            }
            let made = try #require(await since())
            #expect(made == Double(schedule.createdAt.milliseconds) / 1000)
            try await edit { $0.name = "Other" }
            try await edit { $0.repository = "a/c" }
            try await edit { $0.policy.jitter = 5 }
            try await edit { $0.policy.end = store.clock.now + .seconds(1_000_000) }
            #expect(schedule.revision == 5)
            #expect(await since() == made)
            var last = made
            for change in [
                { $0.expression = "0 3 * * *" }, { $0.zone = "Europe/Berlin" }, { $0.policy.start = $0.policy.end },
            ]
                as [(inout ScheduleContent) -> Void]
            {
                try await edit(change)
                let now = try #require(await since())
                #expect(now > last)
                last = now
            }
            // That is the start, which lies ahead: until then nothing is overdue.
            #expect(last > Double(store.clock.now.seconds) + 900_000)
            try await edit { $0.policy.start = nil }
            let edited = try #require(await since())
            _ = try await store.pauseSchedule("nightly", note: nil, by: nil)
            #expect(await since() == edited)
            _ = try await store.resumeSchedule("nightly")
            let resumed = try #require(await since())
            #expect(resumed > edited)
            _ = try await store.pauseAllSchedules(note: nil, by: nil)
            _ = try await store.resumeAllSchedules()
            #expect(await since() ?? 0 > resumed)
        }
    }

    @Test func afterItsEndAScheduleHasNoIntervalAndSoIsNeverOverdue() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            let schedule = try await Self.create(store, try await Self.content(store))
            #expect(await Self.sample("interval_seconds", scene) == 86_400)
            var content = schedule.content
            content.policy.end = store.clock.now
            _ = try await store.updateSchedule(schedule, content, closing: nil)
            #expect(await Self.sample("interval_seconds", scene) == nil)
            #expect(await Self.sample("next_slot_timestamp_seconds", scene) == nil)
            #expect(await Self.sample("created_timestamp_seconds", scene) != nil)
        }
    }
}
