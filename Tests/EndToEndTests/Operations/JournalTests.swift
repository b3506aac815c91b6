import AgentStream
import Foundation
import TestSupport
import Testing

/// The service in front of a real journald.
@Suite(.serialized, .enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"), .timeLimit(.minutes(5)))
struct JournalTests {
    @Test func theJournalTellsTheWholeStoryOfARunAndExplainsIt() async throws {
        try await JournalScene.with { scene in
            let service = scene.service
            let holder = try await service.startRun(["gate \(service.folder)/gate 1"], repository: scene.repository)
            _ = try await scene.entry("RUN_ID=\(holder)", "EVENT=run_step_started")
            let run = try await service.startRun(
                ["lines 1 0 0 prompted", "error-result"],
                repository: scene.repository
            )
            let waiting = try await scene.entry("RUN_ID=\(run)", "EVENT=run_waiting")
            #expect(waiting["RUN_WAITING"] == "cap_global")
            try service.makeFile("\(service.folder)/gate")
            #expect(try await service.end(of: run).state == "failed")
            _ = try await scene.entry("RUN_ID=\(run)", "EVENT=run_cleaned_up")

            let entries = try await scene.entries("RUN_ID=\(run)")
            #expect(
                entries.compactMap { $0["EVENT"] } == [
                    "run_queued", "run_waiting", "run_starting", "run_running", "run_step_started",
                    "run_step_succeeded", "run_step_started", "run_step_failed", "run_failed", "run_cleaned_up",
                ]
            )
            let task = try #require(entries.first?["TASK_ID"])
            #expect(entries.allSatisfy { $0["TASK_ID"] == task && $0["_TRANSPORT"] == "journal" })
            let instance = try #require(entries.last?["INSTANCE_ID"])
            #expect(entries.map { $0["INSTANCE_ID"] == instance } == entries.indices.map { $0 >= 2 })
            #expect(entries.count { $0["RUN_REASON"] == "agent_error" } == 2)

            try await scene.expectExplanations("RUN_ID=\(run)", entries)
            let told = try await scene.machine.run("journalctl", "--no-pager", "-x", "RUN_ID=\(run)")
            #expect(told.contains("Subject: Run \(run) waits"))
            #expect(told.contains("The run ended with the reason agent_error."))
            try await scene.expectExplanations("SYSLOG_IDENTIFIER=caretaker", try await scene.entries("EVENT"))
            // What agents are told and say is in the database, and nowhere else.
            let everything = try await scene.machine.run("journalctl", "--no-pager", "-o", "export")
            for words in ["prompted", "test-agent", #""type":"assistant""#] { #expect(!everything.contains(words)) }
        }
    }

    @Test func whatOthersWroteStaysText() async throws {
        try await JournalScene.with { scene in
            let service = scene.service
            let forged = "anna\nPRIORITY=0\nMESSAGE=forged\nRUN_ID=forged"
            _ = try await service.mutate("schedules.pauseAll", ["by": .string(forged), "note": .string(forged)])
            let paused = try await scene.entry("EVENT=schedules_paused")
            #expect(paused["BY"] == #"anna\nPRIORITY=0\nMESSAGE=forged\nRUN_ID=forged"#)
            #expect(paused["PRIORITY"] == "6")
            // A repository's name that is none, an agent's text, and a task's title.
            await #expect(throws: ServiceUnderTest.Refused.self) {
                try await service.startRun(["lines 1"], repository: "\(scene.repository)\nPRIORITY=0")
            }
            let task = try? await service.mutate(
                "tasks.create",
                ["name": .string(forged), "steps": [["instructions": "echo-args <0>forged PRIORITY=0", "checks": ""]]]
            )
            if let task {
                let input: JSONValue = ["taskId": task["id"] ?? .null, "repository": .string(scene.repository)]
                let run = try await service.mutate("runs.create", input)["id"]?.string ?? ""
                _ = try await service.end(of: run)
            }
            let run = try await service.startRun(["echo-args <0>forged PRIORITY=0"], repository: scene.repository)
            #expect(try await service.end(of: run).state == "failed")
            _ = try await scene.entry("RUN_ID=\(run)", "EVENT=run_cleaned_up")
            #expect(try await scene.entries("RUN_ID=forged").isEmpty)
            #expect(try await scene.entries("MESSAGE=forged").isEmpty)
            #expect(try await scene.entries("SYSLOG_IDENTIFIER=caretaker", "PRIORITY=0").isEmpty)
            let lines = try await scene.machine.run("journalctl", "--no-pager", "-o", "cat", "-u", "caretaker")
            #expect(!lines.split(separator: "\n").contains { $0.contains("forged") })
        }
    }

    @Test func aJournaldThatStandsStillOrIsGoneHoldsNothingUp() async throws {
        try await JournalScene.with { scene in
            let service = scene.service
            let journald = try await scene.machine.run("systemctl", "show", "-P", "MainPID", "systemd-journald")
            try await scene.machine.shell("kill -STOP \(journald)")
            var runs: [String] = []
            // More entries than the socket takes.
            for _ in 1...4 { runs.append(try await scene.completedRun()) }
            #expect(try await service.get("/livez") == Array("ok\n".utf8))
            try await scene.machine.shell("kill -CONT \(journald)")
            for run in runs { _ = try await scene.entry("RUN_ID=\(run)", "EVENT=run_cleaned_up") }

            let units = "systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"
            try await scene.machine.shell("systemctl stop \(units)")
            let unseen = try await scene.completedRun()
            #expect(try await service.get("/livez") == Array("ok\n".utf8))
            try await scene.machine.shell("systemctl start \(units)")
            let seen = try await scene.completedRun()
            _ = try await scene.entry("RUN_ID=\(seen)", "EVENT=run_cleaned_up")
            #expect(try await scene.entries("RUN_ID=\(unseen)", "EVENT=run_succeeded").isEmpty)
            let lost = try await scene.entry("EVENT=entries_lost")
            #expect(Int(lost["ENTRIES_LOST"] ?? "") ?? 0 > 0)
        }
    }
}
