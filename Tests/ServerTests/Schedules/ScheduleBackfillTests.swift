import AgentStream
import Model
import Server
import Store
import Testing

/// Skipped slots of the past become runs, and each record keeps the rest.
@Suite(.timeLimit(.minutes(5))) struct ScheduleBackfillTests {
    @Test func aBackfilledSlotLeavesItsRange() async throws {
        try await ScheduleScene.run { scene in
            try await Self.missTwoHours(scene)
            let made = try await Self.backfill(scene, 45, 60)
            let runs = try #require(made["runs"]?.array)
            try #require(runs.count == 2)
            #expect(made["hadRuns"] == 0)
            #expect(made["open"] == 0)
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(
                slots == [
                    Self.missed(75, 120, 4), Self.run(60, runs[1]), Self.run(45, runs[0]), Self.missed(15, 30, 2),
                ]
            )
        }
    }

    @Test func theEndsOfARangeCountAndWhatLiesBetweenSlotsDoesNot() async throws {
        try await ScheduleScene.run { scene in
            try await Self.missTwoHours(scene)
            #expect(try await Self.backfill(scene, 16, 29)["runs"] == [])
            #expect(try await Self.backfill(scene, 15, 15)["runs"]?.array?.count == 1)
            #expect(try await Self.backfill(scene, 120, 120)["runs"]?.array?.count == 1)
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.map { $0["count"]?.int ?? 1 } == [1, 6, 1])
        }
    }

    @Test func slotsThatHadRunsAreOnlyCounted() async throws {
        try await ScheduleScene.run { scene in
            try await Self.missTwoHours(scene)
            #expect(try await Self.backfill(scene, 30, 45)["runs"]?.array?.count == 2)
            let again = try await Self.backfill(scene, 0, 120)
            #expect(again["runs"]?.array?.count == 6)
            #expect(again["hadRuns"] == 2)
            let last = try await Self.backfill(scene, 0, 120)
            #expect(last["runs"] == [])
            #expect(last["hadRuns"] == 8)
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["trigger"]?.string } == Array(repeating: "backfill", count: 8))
        }
    }

    @Test func openSlotsAreNotBackfilledAndSaid() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            _ = try await scene.data("pause", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(3600))
            let made = try await Self.backfill(scene, 0, 30)
            #expect(made == ["runs": [], "hadRuns": 0, "open": 2])
        }
    }

    @Test func aRecordIsReadWithTheExpressionAndZoneOfItsTime() async throws {
        try await ScheduleScene.run { scene in
            try await Self.missTwoHours(scene)
            _ = try await scene.data(
                "update",
                ["id": "every-quarter", "expression": "0 0 1 1 *", "zone": "Asia/Tokyo"]
            )
            let made = try await scene.data(
                "backfill",
                ["id": "every-quarter", "from": "2025-05-19T12:30:00Z", "to": "2025-05-19T21:45:00"]
            )
            #expect(made["runs"]?.array?.count == 2)
        }
    }

    @Test func moreThanAHundredAreRefusedWithTheirNumber() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["expression": "* * * * *"])
            scene.clock.advance(by: .seconds(60 * 1000))
            try await scene.account("every-quarter", [ScheduleScene.skipped(1, 1000, 1000, .missed)])
            let refused = try await scene.service.mutate("schedules.backfill", Self.input(1, 101))
            #expect(refused.status == 400)
            #expect(refused.issuePaths == ["to"])
            #expect(refused.message.contains("101 runs"), "\(refused.message)")
            #expect(try await scene.query("slots", ["id": "every-quarter"]).array?.count == 1)
            #expect(try await Self.backfill(scene, 2, 101)["runs"]?.array?.count == 100)
            let slots = try await scene.query("slots", ["id": "every-quarter", "limit": 500])
            #expect(slots.array?.count == 102)
            #expect(slots[0]?["count"] == 899)
            #expect(slots[101]?["count"] == 1)
        }
    }

    @Test func aRangeMustBeOneOfThePast() async throws {
        try await ScheduleScene.run { scene in
            try await Self.missTwoHours(scene)
            for (from, to, path) in [(30, 15, "to"), (0, 121, "to")] {
                let refused = try await scene.service.mutate("schedules.backfill", Self.input(from, to))
                #expect(refused.issuePaths == [path])
            }
            let strange: JSONValue = ["id": "every-quarter", "from": "yesterday", "to": "2025-05-19"]
            #expect(try await scene.service.mutate("schedules.backfill", strange).issuePaths == ["from"])
        }
    }

    private static func missTwoHours(_ scene: ScheduleScene) async throws {
        _ = try await scene.make(["policy": ["overlap": "allow"]])
        scene.clock.advance(by: .seconds(7200))
        try await scene.account("every-quarter", [ScheduleScene.skipped(15, 120, 8, .missed)])
    }

    private static func input(_ from: Int, _ to: Int) -> JSONValue {
        ["id": "every-quarter", "from": ScheduleScene.text(from), "to": ScheduleScene.text(to)]
    }

    private static func backfill(_ scene: ScheduleScene, _ from: Int, _ to: Int) async throws -> JSONValue {
        try await scene.data("backfill", input(from, to))
    }

    private static func missed(_ first: Int, _ last: Int, _ count: Int) -> JSONValue {
        [
            "kind": "skipped", "first": ScheduleScene.text(first), "last": ScheduleScene.text(last),
            "count": JSONValue(count), "reason": "missed", "at": ScheduleScene.text(120),
        ]
    }

    private static func run(_ minutes: Int, _ id: JSONValue) -> JSONValue {
        [
            "kind": "run", "slot": ScheduleScene.text(minutes), "runId": id, "state": "queued", "trigger": "backfill",
        ]
    }
}
