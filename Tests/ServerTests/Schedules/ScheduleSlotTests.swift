import AgentStream
import Model
import Server
import Store
import Testing

/// What became of slots, those of a moment ago included.
@Suite(.timeLimit(.minutes(5))) struct ScheduleSlotTests {
    @Test func recordsAndOpenSlotsAreToldNewestFirst() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["policy": ["overlap": "allow"]])
            #expect(try await scene.query("slots", ["id": "every-quarter"]) == [])
            scene.clock.advance(by: .seconds(7200))
            try await scene.account(
                "every-quarter",
                [
                    .start(ScheduleScene.at(15)), ScheduleScene.skipped(30, 60, 3, .missed),
                    .start(ScheduleScene.at(75)),
                ]
            )
            let runs = try await scene.store.runs(Store.RunFilter()).sorted { $0.id.rawValue < $1.id.rawValue }
            _ = try await scene.store.cancelRun(try #require(runs.first { $0.origin.slot == ScheduleScene.at(15) }).id)
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            let id = { (minutes: Int) -> JSONValue in
                .string(runs.first { $0.origin.slot == ScheduleScene.at(minutes) }?.id.rawValue ?? "")
            }
            #expect(
                slots == [
                    [
                        "kind": "due", "first": ScheduleScene.text(90), "last": ScheduleScene.text(120), "count": 3,
                        "open": true,
                    ],
                    [
                        "kind": "run", "slot": ScheduleScene.text(75), "runId": id(75), "state": "queued",
                        "trigger": "schedule",
                    ],
                    [
                        "kind": "skipped", "first": ScheduleScene.text(30), "last": ScheduleScene.text(60), "count": 3,
                        "reason": "missed", "at": ScheduleScene.text(120),
                    ],
                    [
                        "kind": "run", "slot": ScheduleScene.text(15), "runId": id(15), "state": "cancelled",
                        "trigger": "schedule",
                    ],
                ]
            )
        }
    }

    @Test func pagesGoOnBeforeARecordWithoutTheOpenSlots() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["policy": ["overlap": "allow"]])
            scene.clock.advance(by: .seconds(7200))
            try await scene.account("every-quarter", [15, 30, 45, 60].map { .start(ScheduleScene.at($0)) })
            let first = try await scene.query("slots", ["id": "every-quarter", "limit": 2])
            #expect(first.array?.compactMap { $0["slot"] ?? $0["first"] } == [75, 60, 45].map(ScheduleScene.text))
            let rest = try await scene.query(
                "slots",
                ["id": "every-quarter", "before": ScheduleScene.text(45), "limit": 2]
            )
            #expect(rest.array?.compactMap { $0["slot"] } == [30, 15].map(ScheduleScene.text))
            let refused = try await scene.service.query("schedules.slots", ["id": "every-quarter", "before": "soon"])
            #expect(refused.issuePaths == ["before"])
        }
    }

    @Test func aPausesOpenSlotsAreCountedAsLongAsItLasts() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["expression": "* * * * *"])
            _ = try await scene.data("pause", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(86_400))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(
                slots == [
                    [
                        "kind": "skipped", "first": ScheduleScene.text(1), "last": ScheduleScene.text(1440),
                        "count": 1440, "reason": "paused", "open": true,
                    ]
                ]
            )
            _ = try await scene.data("resume", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(60))
            let later = try await scene.query("slots", ["id": "every-quarter"])
            #expect(later.array?.compactMap { $0["kind"]?.string } == ["due", "skipped"])
            #expect(later.array?.compactMap { $0["count"]?.int } == [1, 1440])
        }
    }

    @Test func openSlotsBeyondTheBoundsAreToldApart() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["policy": ["start": "2025-05-19T12:30:00Z", "end": "2025-05-19T13:00:00Z"]])
            scene.clock.advance(by: .seconds(3600))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots.array?.map { $0["reason"]?.string ?? $0["kind"]?.string } == ["bounds", "due", "bounds"])
            #expect(slots.array?.compactMap { $0["count"]?.int } == [1, 2, 1])
            #expect(slots[1]?["first"] == ScheduleScene.text(30))
        }
    }

    @Test func slotsOfALostZoneAreInvalid() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let schedule = try #require(try await scene.store.schedule("every-quarter"))
            try await scene.store.setInvalid([schedule], true)
            scene.clock.advance(by: .seconds(1800))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots[0]?["reason"] == "invalid")
            #expect(slots[0]?["count"] == 2)
            #expect(try await scene.query("byId", ["id": "every-quarter"])["state"] == "invalid")
        }
    }

    @Test func aDeletedSchedulesRecordsStayAndNoneOfItsSlotsIsOpen() async throws {
        try await ScheduleScene.run { scene in
            let id = try #require(try await scene.make(["zone": "Asia/Tokyo"])["id"])
            scene.clock.advance(by: .seconds(3600))
            try await scene.account("every-quarter", [ScheduleScene.skipped(15, 45, 3, .missed)])
            #expect(try await scene.query("slots", ["id": id]).array?.count == 2)
            _ = try await scene.data("delete", ["id": "every-quarter"])
            let left = try await scene.query("slots", ["id": id])
            #expect(left.array?.map { $0["kind"]?.string } == ["skipped"])
            // The place is one of the schedule's zone, as before.
            #expect(try await scene.query("slots", ["id": id, "before": "2025-05-19T21:16"]) == left)
            #expect(try await scene.query("slots", ["id": id, "before": "2025-05-19T21:15"]) == [])
            for id: JSONValue in ["every-quarter", "none"] {
                #expect(try await scene.service.query("schedules.slots", ["id": id]).status == 404)
            }
        }
    }

    @Test func countingTheOpenSlotsOfYearsEnds() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make(["expression": "* * * * *"])
            _ = try await scene.data("pause", ["id": "every-quarter"])
            scene.clock.advance(by: .seconds(60 * 1_000_100))
            let slots = try await scene.query("slots", ["id": "every-quarter"])
            #expect(slots[0]?["count"] == 1_000_000)
            #expect(slots[0]?["countIsAtLeast"] == true)
            #expect(slots[0]?["last"] == ScheduleScene.text(1_000_100))
        }
    }
}
