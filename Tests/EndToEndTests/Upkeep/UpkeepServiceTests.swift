import AgentStream
import Foundation
import TestSupport
import Testing

/// The real service's upkeep, which a reload has look at once.
@Suite(.timeLimit(.minutes(3)))
struct UpkeepServiceTests {
    private static let day = 86_400_000

    @Test func whatHasExpiredGoesWithItsFolderAndTheFiguresStay() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gone = try await service.startRun(["commit"], repository: repository.path)
            #expect(try await service.end(of: gone).state == "succeeded")
            let silent = try await service.startRun(["commit"], repository: repository.path)
            #expect(try await service.end(of: silent).messages.isEmpty == false)
            let figures = try await service.metrics("caretaker_task_", "caretaker_runs_finished_total")
            #expect(!figures.isEmpty)
            #expect(await service.stop() == 0)
            try await service.changeState(
                "UPDATE run SET finishedAt = finishedAt - \(100 * Self.day) WHERE id = '\(gone)'",
                "UPDATE run SET finishedAt = finishedAt - \(40 * Self.day) WHERE id = '\(silent)'"
            )
            try await service.start()
            _ = try await service.mutate("service.reload", [:])
            #expect(await service.logLine { $0.contains("message.id=upkeep_done") } != nil)
            #expect(!FileManager.default.fileExists(atPath: "\(service.state)/runs/\(gone)"))
            #expect(try await service.query("runs.list").array?.compactMap { $0["id"]?.string } == [silent])
            await #expect(throws: ServiceUnderTest.Refused.self) {
                try await service.query("runs.byId", ["id": .string(gone)])
            }
            await #expect(throws: ServiceUnderTest.Refused.self) { try await service.get("/runs/\(gone)/events") }
            let shown = try await service.query("runs.byId", ["id": .string(silent)])
            #expect(shown["transcript"] == "expired" && shown["messages"]?.array?.isEmpty == true)
            #expect(shown["hasResult"] == true && shown["resultExpired"] == false)
            #expect(try await service.end(of: silent).messages.isEmpty)
            let logs = try await service.caretaker("run", "logs", silent, "--socket", service.socket)
            #expect(logs.code == 0 && logs.output.isEmpty && logs.error.contains("not kept any more"))
            #expect(try await !service.get("/runs/\(silent)/work.bundle").isEmpty)
            #expect(try await service.metrics("caretaker_task_", "caretaker_runs_finished_total") == figures)
            #expect(try await service.caretaker("check", "--state-dir", service.state).code == 0)
            // A shorter age holds at once.
            let text = try String(contentsOfFile: service.configuration, encoding: .utf8)
            try Data("\(text)\nretention: { results_age: 1d }\n".utf8).write(
                to: URL(fileURLWithPath: service.configuration)
            )
            _ = try await service.mutate("service.reload", [:])
            #expect(await service.logLine { $0.contains("message.id=upkeep_done") } != nil)
            #expect(try await service.summary(of: silent)["resultExpired"] == true)
            #expect(!FileManager.default.fileExists(atPath: "\(service.state)/runs/\(silent)"))
            await #expect(throws: ServiceUnderTest.Refused.self) {
                try await service.get("/runs/\(silent)/work.bundle")
            }
        }
    }

    @Test func killedInTheMiddleItGoesOnAfterTheNextStart() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3"], repository: repository.path)
            _ = try await service.end(of: run)
            #expect(await service.stop() == 0)
            try await service.changeState(
                "UPDATE run SET finishedAt = finishedAt - \(100 * Self.day)",
                """
                WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                INSERT INTO message SELECT '\(run)', i, 0, 0, 'user', CAST(printf('{"n":%d,"x":"%.*c"}', i, 1000, 'x') AS BLOB)
                FROM n
                """
            )
            try await service.start()
            _ = try await service.mutate("service.reload", [:])
            try await waitUntil { try await service.summary(of: run)["transcript"] == "expired" }
            await service.crash()
            #expect(
                try await service.rows("SELECT count(*) > 0 FROM message", in: "\(service.state)/caretaker.sqlite") == [
                    "1"
                ]
            )
            #expect(try await service.caretaker("check", "--state-dir", service.state).code == 0)
            try await service.start()
            #expect(try await service.end(of: run).messages.isEmpty)
            _ = try await service.mutate("service.reload", [:])
            try await waitUntil { try await service.summary(of: run).isNull }
            let check = try await service.caretaker("check", "--state-dir", service.state)
            #expect(check.code == 0, "\(check.output)")
        }
    }

    @Test func aTranscriptThatIsTooLongIsCutAndTheRunGoesOnAlsoAfterACrash() async throws {
        let settings = "limits: { linger: 1s, transcript_bytes: 4096 }"
        try await ServiceUnderTest.with(settings: settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let run = try await service.startRun(["gate \(gate) 20 500"], repository: repository.path)
            try await waitUntil { try await service.messages(of: run).contains { Self.isAboutLimit($0) } }
            await service.crash()
            try await service.start()
            try service.makeFile(gate)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            #expect(ended.messages.count { Self.isAboutLimit($0) } == 1)
            #expect(ended.bodies("assistant").count < 20 && ended.bodies("result").isEmpty)
            #expect(ended.summary["costUSD"]?.double ?? 0 > 0)
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
        }
    }

    private static func isAboutLimit(_ message: ServiceUnderTest.Stored) -> Bool {
        String(decoding: message.body.encoded, as: UTF8.self).contains("limits.transcript_bytes")
    }
}
