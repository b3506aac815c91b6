import AgentStream
import Cron
import Model
import Server
import Store
import Testing

/// A service with a task, at noon of 19 May 2025 in UTC, which nothing but the test moves on.
struct ScheduleScene {
    /// 2025-05-19T12:00:00Z, a Monday.
    static let noon: Int64 = 1_747_656_000

    let service: TestService
    let clock: SetClock

    static func run(
        zones: ScheduleZones = ScheduleZones(standard: "UTC"),
        _ body: (ScheduleScene) async throws -> Void
    ) async throws {
        let clock = SetClock(noon)
        var settings = TestService.Settings()
        settings.clock = clock
        settings.zones = zones
        try await TestService.run(settings) { service in
            _ = try await service.store.someTask("Tidy up")
            try await body(ScheduleScene(service: service, clock: clock))
        }
    }

    var store: Store { service.store }

    /// What `schedules.create` gets, with further or other fields.
    static func input(_ changes: JSONObject = [:]) -> JSONValue {
        var input: JSONObject = [
            "name": "Every quarter", "task": "tidy-up", "repository": "owner/name", "expression": "*/15 * * * *",
        ]
        for change in changes { input[change.key] = change.value }
        return .object(input)
    }

    /// A schedule, made by a call.
    func make(_ changes: JSONObject = [:]) async throws -> JSONValue {
        try await data("schedules.create", Self.input(changes))
    }

    /// The data that a mutation answers.
    func data(_ procedure: String, _ input: JSONValue) async throws -> JSONValue {
        let answer = try await service.mutate("schedules.\(Self.name(procedure))", input)
        #expect(answer.status == 200, "\(answer.message)")
        return try #require(answer.data)
    }

    /// The data that a query answers.
    func query(_ procedure: String, _ input: JSONValue? = nil) async throws -> JSONValue {
        let answer = try await service.query("schedules.\(Self.name(procedure))", input)
        #expect(answer.status == 200, "\(answer.message)")
        return try #require(answer.data)
    }

    private static func name(_ procedure: String) -> String {
        procedure.split(separator: ".").last.map(String.init) ?? procedure
    }

    /// Accounts for a schedule's slots as the scheduler would.
    func account(_ slug: String, _ parts: [SlotPlan.Part]) async throws {
        let lastPause = try await store.pauseOfAll().paused
        #expect(try await outcome(slug, parts, knowing: lastPause) == .applied(refused: 0))
    }

    /// What becomes of an account by somebody who knows of one pause of all schedules as the last.
    func outcome(_ slug: String, _ parts: [SlotPlan.Part], knowing lastPause: Absence?) async throws -> SlotOutcome? {
        let schedule = try #require(try await store.schedule(slug))
        var plan = SlotPlan()
        for part in parts {
            switch part {
            case .skip(let slots): plan.skip(slots)
            case .start(let slot): plan.start(slot)
            }
        }
        let account = SlotAccount(
            number: schedule.number,
            revision: schedule.revision,
            cursor: schedule.cursor,
            policy: schedule.content.policy,
            plan: plan
        )
        return try await store.account([account], knowing: lastPause, queueLimit: 1000).first
    }

    /// Skipped slots at so many minutes after noon.
    static func skipped(_ first: Int, _ last: Int, _ count: Int, _ reason: SkipReason) -> SlotPlan.Part {
        .skip(SkippedSlots(first: at(first), last: at(last), count: count, reason: reason))
    }

    /// So many minutes after noon.
    static func at(_ minutes: Int) -> Timestamp {
        Timestamp(milliseconds: (noon + Int64(minutes) * 60) * 1000)
    }

    /// The same as on the wire.
    static func text(_ minutes: Int) -> JSONValue { .string(at(minutes).iso8601) }
}
