import AgentStream
import Model
import Server
import Store
import Testing

/// Pauses of one schedule and of all, and runs whatever they say.
@Suite(.timeLimit(.minutes(5))) struct SchedulePauseTests {
    @Test func aPauseTellsWhenWhyAndWho() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let paused = try await scene.data("pause", ["id": "every-quarter", "note": "Holidays", "by": "ada"])
            #expect(paused["state"] == "paused")
            #expect(paused["pause"] == ["at": ScheduleScene.text(0), "note": "Holidays", "by": "ada"])
            #expect(paused["nextAt"]?.isNull == true)
            #expect(paused["next"]?.isNull == true)
            scene.clock.advance(by: .seconds(60))
            let again = try await scene.data("pause", ["id": "every-quarter"])
            #expect(again["pause"] == ["at": ScheduleScene.text(0), "note": .null, "by": .null])
            let resumed = try await scene.data("resume", ["id": "every-quarter"])
            #expect(resumed["state"] == "active")
            #expect(resumed["pause"]?.isNull == true)
            #expect(resumed["nextAt"] == ScheduleScene.text(15))
            #expect(try await scene.data("resume", ["id": "every-quarter"]) == resumed)
        }
    }

    @Test func allSchedulesArePausedAndResumedTogether() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            #expect(try await scene.query("pauseState") == ["pause": .null, "resumedAt": .null])
            let pause: JSONValue = ["at": ScheduleScene.text(0), "note": "Move", "by": "ada"]
            let paused = try await scene.data("pauseAll", ["note": "Move", "by": "ada"])
            #expect(paused == ["pause": pause, "resumedAt": .null])
            #expect(try await scene.query("pauseState") == paused)
            let schedule = try await scene.query("list")[0]
            #expect(schedule?["state"] == "paused")
            #expect(schedule?["pausedByAll"] == true)
            #expect(schedule?["pause"]?.isNull == true)
            #expect(schedule?["nextAt"]?.isNull == true)
            scene.clock.advance(by: .seconds(60))
            let resumed = try await scene.data("resumeAll", [:])
            #expect(resumed == ["pause": .null, "resumedAt": ScheduleScene.text(1)])
            #expect(try await scene.query("byId", ["id": "every-quarter"])["state"] == "active")
        }
    }

    @Test func aPausedScheduleRunsWhenItIsToldTo() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make(["ref": "main", "policy": ["priority": 7, "precheck": ["true"]]])
            _ = try await scene.data("pause", ["id": "every-quarter"])
            _ = try await scene.data("pauseAll", [:])
            let id = try #require(try await scene.data("runNow", ["id": "every-quarter"])["id"])
            let run = try #require(try await scene.service.query("runs.byId", ["id": id]).data)
            #expect(run["scheduleId"] == made["id"])
            #expect(run["trigger"] == "manual")
            #expect(run["slot"]?.isNull == true)
            #expect(run["attempt"] == 1)
            #expect(run["notBefore"]?.isNull == true)
            #expect(run["priority"] == 7)
            #expect(run["ref"] == "main")
            let admitted = try await scene.store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
            #expect(admitted.map(\.id.rawValue) == [id.string])
            // It is none of the slots.
            #expect(try await scene.query("slots", ["id": "every-quarter"]) == [])
        }
    }

    @Test func runsAreListedBySchedule() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make()
            _ = try await scene.store.createRun(
                NewRun(task: "tidy-up", repository: "owner/name", ref: nil, priority: nil)
            )
            scene.clock.advance(by: .seconds(900))
            try await scene.account("every-quarter", [.start(ScheduleScene.at(15))])
            for id: JSONValue in [try #require(made["id"]), "every-quarter"] {
                let runs = try await scene.service.query("runs.list", ["scheduleId": id]).data
                #expect(runs?.array?.count == 1)
                #expect(runs?[0]?["trigger"] == "schedule")
                #expect(runs?[0]?["slot"] == ScheduleScene.text(15))
            }
            #expect(try await scene.service.query("runs.list").data?.array?.count == 2)
            #expect(try await scene.service.query("runs.list", ["scheduleId": "none"]).data == [])
        }
    }

    /// The scheduler may have worked its plan out before it heard of the pause.
    @Test func aPauseOfAllThatCameAndWentUnseenMakesPlansOutdated() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            let store = scene.store
            scene.clock.advance(by: .seconds(600))
            _ = try await store.pauseAllSchedules(note: nil, by: nil)
            scene.clock.advance(by: .seconds(600))
            _ = try await store.resumeAllSchedules()
            let parts = [SlotPlan.Part.start(ScheduleScene.at(15))]
            #expect(try await scene.outcome("every-quarter", parts, knowing: nil) == .outdated)
            #expect(try await store.runCount() == 0)
            let lastPause = try await store.pauseOfAll().paused
            #expect(try await scene.outcome("every-quarter", parts, knowing: lastPause) == .applied(refused: 0))
        }
    }
}
