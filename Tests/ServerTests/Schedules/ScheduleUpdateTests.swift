import AgentStream
import Cron
import Foundation
import Model
import Server
import Store
import Testing

/// An update keeps what it does not name, and closes the slots of a timetable that it replaces.
@Suite(.timeLimit(.minutes(5))) struct ScheduleUpdateTests {
    @Test func whatIsAbsentStaysAndNullClears() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make([
                "ref": "main", "zone": "Asia/Tokyo",
                "policy": [
                    "jitter": 5, "overlap": "allow", "start": "2025-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z",
                    "pauseAfterFailures": 2, "priority": 1, "precheck": ["true"],
                ],
            ])
            let kept = try await scene.data("update", ["id": "every-quarter"])
            #expect(kept == made)
            let changed = try await scene.data("update", ["id": "every-quarter", "policy": ["jitter": 6]])
            #expect(changed["policy"]?["jitter"] == 6)
            #expect(changed["policy"]?["overlap"] == "allow")
            #expect(changed["policy"]?["precheck"] == ["true"])
            let cleared = try await scene.data(
                "update",
                [
                    "id": "every-quarter", "ref": .null, "zone": .null,
                    "policy": [
                        "start": .null, "end": .null, "pauseAfterFailures": .null, "priority": .null,
                        "precheck": .null,
                    ],
                ]
            )
            #expect(cleared["ref"]?.isNull == true)
            #expect(cleared["zone"] == "UTC")
            for key in ["start", "end", "pauseAfterFailures", "priority", "precheck"] {
                #expect(cleared["policy"]?[key]?.isNull == true, "\(key)")
            }
            #expect(cleared["policy"]?["jitter"] == 6)
        }
    }

    @Test func everyFieldCanBeChanged() async throws {
        try await ScheduleScene.run { scene in
            let other = try await scene.store.someTask("Other")
            _ = try await scene.make()
            let changed = try await scene.data(
                "update",
                [
                    "id": "every-quarter", "name": "N", "task": "other", "repository": "o/n", "ref": "r",
                    "expression": "@hourly", "zone": "Asia/Tokyo",
                ]
            )
            #expect(changed["name"] == "N")
            #expect(changed["taskId"]?.string == other.id.rawValue)
            #expect(changed["repository"] == "o/n")
            #expect(changed["ref"] == "r")
            #expect(changed["expression"] == "@hourly")
            #expect(changed["zone"] == "Asia/Tokyo")
        }
    }

    @Test func thePrefixOfANewExpressionWinsOverTheOldZone() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["zone": "Asia/Tokyo"])
            let changed = try await scene.data(
                "update",
                ["id": "every-quarter", "expression": "CRON_TZ=Europe/Berlin 0 0 * * *"]
            )
            #expect(changed["zone"] == "Europe/Berlin")
            let refused = try await scene.service.mutate("schedules.update", ["id": "every-quarter", "zone": "UTC"])
            #expect(refused.issuePaths == ["zone"])
            let plain = try await scene.data("update", ["id": "every-quarter", "expression": "0 0 * * *"])
            #expect(plain["zone"] == "Europe/Berlin")
        }
    }

    @Test func anUpdateThatLeavesTheTimetableAloneLeavesItsOpenSlots() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            scene.clock.advance(by: .seconds(3600))
            let changed = try await scene.data(
                "update",
                ["id": "every-quarter", "name": "N", "expression": " */15 * * * *", "policy": ["cap": 5]]
            )
            #expect(changed["accountedUntil"] == ScheduleScene.text(0))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.count == 1)
            #expect(slots[0]?["kind"] == "due")
            #expect(slots[0]?["count"] == 4)
        }
    }

    /// Changes that give other slots.
    static let changes: [JSONObject] = [
        ["expression": "0 0 * * *"], ["zone": "Asia/Tokyo"], ["policy": ["start": "2026-01-01T00:00:00Z"]],
        ["policy": ["end": "2026-01-01T00:00:00Z"]],
    ]

    @Test(arguments: changes)
    func openSlotsAreClosedAsMissedWhenTheTimetableChanges(_ change: JSONObject) async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            scene.clock.advance(by: .seconds(3600))
            var input = change
            input["id"] = "every-quarter"
            let changed = try await scene.data("update", .object(input))
            #expect(changed["accountedUntil"] == ScheduleScene.text(60))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(
                slots == [
                    [
                        "kind": "skipped", "first": ScheduleScene.text(15), "last": ScheduleScene.text(60), "count": 4,
                        "reason": "missed", "at": ScheduleScene.text(60),
                    ]
                ]
            )
            // The records speak of the old slots, whatever the schedule is now.
            let id = try #require(try await scene.store.schedule("every-quarter")).id
            let record = try await scene.store.skippedRecords(of: id, from: .init(milliseconds: 0), through: .max)
            #expect(record.map(\.expression) == ["*/15 * * * *"])
            #expect(record.map(\.zone) == ["UTC"])
        }
    }

    @Test(arguments: [true, false])
    func openSlotsOfAPauseAreClosedAsPaused(_ ofAll: Bool) async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["policy": ["end": "2025-05-19T12:20:00Z"]])
            _ = try await ofAll ? scene.data("pauseAll", [:]) : scene.data("pause", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(3600))
            _ = try await scene.data("update", ["id": "every-quarter", "expression": "0 0 * * *"])
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.count == 1)
            #expect(slots[0]?["reason"] == "paused")
            #expect(slots[0]?["count"] == 4)
        }
    }

    @Test func openSlotsBeyondTheOldBoundsAreClosedAsSuch() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make([
                "policy": ["start": "2025-05-19T12:20:00Z", "end": "2025-05-19T12:50:00Z"]
            ])
            scene.clock.advance(by: .seconds(3600))
            _ = try await scene.data("update", ["id": "every-quarter", "policy": ["start": .null, "end": .null]])
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["reason"]?.string } == ["bounds", "missed", "bounds"])
            #expect(slots.array?.compactMap { $0["count"]?.int } == [1, 2, 1])
        }
    }

    @Test func slotsBeforeAResumptionAreClosedAsPaused() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            _ = try await scene.data("pause", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(1800))
            _ = try await scene.data("resume", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(1800))
            _ = try await scene.data("update", ["id": "every-quarter", "expression": "0 0 * * *"])
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["reason"]?.string } == ["missed", "paused"])
            #expect(slots.array?.compactMap { $0["count"]?.int } == [2, 2])
        }
    }

    @Test func whatIsTooOldToBeMadeUpForIsClosedAsSuch() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["policy": ["deadline": 1800, "catchUp": "all", "cap": 1]])
            scene.clock.advance(by: .seconds(3600))
            _ = try await scene.data("update", ["id": "every-quarter", "expression": "0 0 * * *"])
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["reason"]?.string } == ["missed", "capacity", "deadline"])
            #expect(slots.array?.compactMap { $0["count"]?.int } == [1, 2, 1])
        }
    }

    @Test func slotsThatAreDueAtTheMomentGetTheirRunsBeforeAnEdit() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            scene.clock.advance(by: .seconds(900))
            // The edit looks at the clock once it knows the schedule, whose slot is due and has no run yet.
            async let changed = scene.data("update", ["id": "every-quarter", "expression": "0 0 * * *"])
            await scene.clock.look()
            try await scene.account("every-quarter", [.start(ScheduleScene.at(15))])
            #expect(try await changed["expression"] == "0 0 * * *")
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["kind"]?.string } == ["run"])
            #expect(slots[0]?["slot"] == ScheduleScene.text(15))
        }
    }

    @Test func anEditWithoutTheOldZoneRecordsNothing() async throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        for name in ["Here", "There"] {
            try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Asia/Tokyo", toPath: "\(folder)/\(name)")
        }
        let zones = ScheduleZones(files: ZoneFiles(folder: folder), standard: "Here")
        try await ScheduleScene.run(zones: zones) { scene in
            _ = try await scene.make()
            try FileManager.default.removeItem(atPath: "\(folder)/Here")
            scene.clock.advance(by: .seconds(3600))
            let changed = try await scene.data("update", ["id": "every-quarter", "zone": "There"])
            #expect(changed["accountedUntil"] == ScheduleScene.text(60))
            #expect(try await scene.query("slots", ["id": "every-quarter"]) == [])
        }
    }

    @Test func aClosedPlanNeverMeetsASlotTwice() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            scene.clock.advance(by: .seconds(3600))
            try await scene.account("every-quarter", [ScheduleScene.skipped(15, 30, 2, .missed)])
            _ = try await scene.data("update", ["id": "every-quarter", "expression": "*/5 * * * *"])
            scene.clock.advance(by: .seconds(600))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.compactMap { $0["count"]?.int } == [2, 2, 2])
            #expect(slots.array?.compactMap { $0["first"] } == [65, 45, 15].map(ScheduleScene.text))
        }
    }
}

extension Timestamp {
    fileprivate static let max = Timestamp(milliseconds: .max)
}
