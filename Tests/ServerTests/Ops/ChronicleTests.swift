import Model
import Server
import Store
import Synchronization
import TestSupport
import Testing

/// What the log says of a run's way.
@Suite(.timeLimit(.minutes(1))) struct ChronicleTests {
    @Test func eachChangeOfARunIsOneLineWithItsNames() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let run = try await service.store.runningRun()
            // A repeated move changes nothing, and is not told.
            try await service.store.moveRun(run.id, to: .running)
            try await service.store.finishRun(run.id, RunEnding(state: .failed(.agentError), detail: "Its last words"))
            _ = try await service.store.retryRun(run.id)
            let entries = scene.log.text.split(separator: "\n").filter { $0.contains(#""run.id": \#(run.id)"#) }
            let events = entries.compactMap { $0.firstMatch(of: /"message\.id": (\w+)/)?.output.1 }
            #expect(events == ["run_queued", "run_starting", "run_running", "run_failed"])
            #expect(entries.allSatisfy { $0.contains(#""task.id": \#(run.taskID)"#) })
            #expect(entries.last?.contains(#""run.reason": agent_error"#) == true)
            // What the agent said is nobody's log.
            #expect(!entries.contains { $0.contains("last words") })
        }
    }

    @Test func theEntriesOfAnInstanceNameItAndItsContainer() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            let run = try await store.someRun()
            _ = try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .docker)
            let instance = try await store.instance(of: run.id).id
            try await store.setInstance(of: run.id, to: .idle, container: "0123456789abcdef0123")
            try await store.moveRun(run.id, to: .running)
            try await store.succeed(run.id)
            let queued = try #require(scene.log.lines(of: "run_queued").first)
            #expect(!queued.contains("instance.id"))
            for event in ["run_starting", "run_running", "run_succeeded"] {
                let line = try #require(scene.log.lines(of: event).first)
                #expect(line.contains(#""instance.id": \#(instance)"#))
                let isNamed =
                    line.contains(#""container.id": 0123456789ab]"#)
                    || line.contains(#""container.id": 0123456789ab,"#)
                #expect(isNamed == (event != "run_starting"), "\(line)")
            }
        }
    }

    @Test func whyAQueuedRunWaitsIsToldOnceForEachChange() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            _ = try await store.runningRun()
            let run = try await store.someRun("Other")
            let caps = Admission.Caps(global: 1)
            for _ in 1...3 { #expect(try await store.admitRuns(caps: caps, runtime: .process).isEmpty) }
            for _ in 1...2 { #expect(try await store.holdQueue(for: .runtimeUnavailable)) }
            #expect(try await store.admitRuns(caps: caps, runtime: .process).isEmpty)
            let lines = scene.log.lines(of: "run_waiting")
            let reasons = lines.compactMap { $0.firstMatch(of: /"run\.waiting": (\w+)/)?.output.1 }
            #expect(reasons == ["cap_global", "runtime_unavailable", "cap_global"])
            #expect(lines.allSatisfy { $0.contains("\(run.id)") && $0.contains("\(run.taskID)") })
        }
    }

    @Test func aRetryWaitsFromItsBeginning() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let store = service.store
            let run = try await store.runningRun()
            let ending = RunEnding(state: .failed(.overloaded), detail: nil)
            try await store.finishRun(run.id, ending, retryAfter: .seconds(3600))
            _ = try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
            let lines = scene.log.lines(of: "run_waiting")
            #expect(lines.count == 1)
            #expect(lines.first?.contains(#""run.waiting": backoff"#) == true)
            #expect(scene.log.lines(of: "run_retry_planned").count == 1)
        }
    }

    @Test func aSlotThatBecomesARunIsToldWithBoth() async throws {
        let scene = OpsScene()
        try await ScheduleScene.run { schedules in
            scene.listen(to: schedules.store)
            _ = try await schedules.make()
            try await schedules.account("every-quarter", [.start(ScheduleScene.at(15))])
            let run = try #require(try await schedules.store.runs(Store.RunFilter()).first)
            let lines = scene.log.lines(of: "schedule_fired")
            #expect(lines.count == 1)
            #expect(lines.first?.contains(#""run.id": \#(run.id)"#) == true)
            #expect(lines.first?.contains(#""slot": \#(ScheduleScene.at(15).iso8601)"#) == true)
        }
    }

    @Test func aPauseOfAllIsToldAsThat() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            _ = try await service.store.pauseAllSchedules(note: nil, by: "anna")
            _ = try await service.store.resumeAllSchedules()
            #expect(scene.log.lines(of: "schedules_paused").first?.contains(#""by": anna"#) == true)
            #expect(scene.log.lines(of: "schedules_resumed").count == 1)
        }
    }

    @Test func theDiskIsToldWhenItBecomesFullAndWhenItHasRoomAgain() async throws {
        let scene = OpsScene()
        try await TestService.run(scene.settings) { service in
            let events = { scene.log.text.matches(of: /disk_(?:full|free)/).map { String($0.output) } }
            for room in [DiskNotice.leastRoom, DiskNotice.leastRoom - 1, 0, 1 << 40, 1 << 40] {
                scene.room.bytes.withLock { $0 = room }
                #expect(scene.disk.look()?.available == room)
            }
            #expect(events() == ["disk_full", "disk_free"])
            // A refused write says it, whatever the room is, until one is committed.
            scene.disk.refused()
            scene.disk.look()
            #expect(events().dropFirst(2) == ["disk_full"])
            _ = try await service.store.someTask()
            #expect(events().dropFirst(2) == ["disk_full", "disk_free"])
            #expect(scene.log.lines(of: "disk_full").allSatisfy { $0.contains("/state") })
        }
    }
}
