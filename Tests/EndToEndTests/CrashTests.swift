import AgentStream
import Foundation
import TestSupport
import Testing

/// `kill -9` of the service loses nothing and doubles nothing.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct CrashTests {
    /// The steps of a run's course at which the service dies; those of a run that pushes are all passed.
    private static let steps = [
        "admitted", "fetch", "fetched", "create", "created", "init-git", "clone", "cloned", "running", "execution-row",
        "execute", "batch", "step-ended", "export", "exported", "stop", "stopped", "push", "pushed", "final",
        "finished",
    ]

    @Test(arguments: steps)
    func killedAtAStepTheRunEndsRight(_ step: String) async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "\(step):kill"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", "lines 20 100"],
                repository: repository.path,
                settings: ["push": ["branch": "work"]]
            )
            #expect(await service.exit() == 128 + 9)
            try await service.start()
            let ended = try await service.end(of: run)
            try Self.expectWhole(ended, service, prompts: ["commit", "lines 20 100"])
            #expect(ended.messages.count { $0.kind == "notice" } == 4)
            #expect(try await repository.git("rev-list", "--count", "work") == "2")
        }
    }

    @Test(arguments: ["fetch", "execute", "exported", "final"])
    func anErrorAtAStepThatNobodyForesawIsGotOver(_ step: String) async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "\(step):error"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3"], repository: repository.path)
            try Self.expectWhole(try await service.end(of: run), service, prompts: ["lines 3"])
        }
    }

    @Test(arguments: ["execution-row", "execute"])
    func killedAtTheSecondStepEachPromptIsDeliveredOnce(_ step: String) async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "\(step):kill:2"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3", "lines 4"], repository: repository.path)
            #expect(await service.exit() == 128 + 9)
            try await service.start()
            try Self.expectWhole(try await service.end(of: run), service, prompts: ["lines 3", "lines 4"])
        }
    }

    @Test func killedAtRandomPointsOfAStreamEveryLineIsStoredOnce() async throws {
        let kills = isSoak ? 200 : 20
        let count = 10_000
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            var left = kills
            while left > 0 {
                try? FileManager.default.removeItem(atPath: "\(service.folder)/deliveries")
                let prompt = "lines \(count) 1500"
                let run = try await service.startRun([prompt], repository: repository.path)
                var seen = 0
                while left > 0,
                    let reached = try await Self.read(
                        Int.random(in: 0...count / 4),
                        of: run,
                        after: seen,
                        service
                    )
                {
                    await service.crash()
                    left -= 1
                    seen = reached
                    try await service.start()
                }
                let ended = try await service.end(of: run)
                try Self.expectWhole(ended, service, prompts: [prompt])
                let numbers = ended.bodies("assistant").map { body in
                    body["message"]?["id"]?.string.flatMap { Int($0.dropFirst(4)) }
                }
                #expect(numbers == Array(1...count))
            }
        }
    }

    @Test func aServiceThatIsStoppedDetachesAndTheNextOneFollowsOn() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let run = try await service.startRun(["gate \(gate) 5"], repository: repository.path)
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_5""#) { break }
            #expect(await service.stop() == 0)
            #expect(!Processes.mentioning("runs/\(run)").isEmpty)
            try service.makeFile(gate)
            try await service.start()
            try Self.expectWhole(try await service.end(of: run), service, prompts: ["gate \(gate) 5"])
        }
    }

    @Test func aPromptThatWasNotDeliveredBeforeACancelIsNotWhenTheExecutorIsGoneToo() async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "execute:hang"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3"], repository: repository.path)
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains("Executing") { break }
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            await service.crash()
            for pid in Processes.mentioning("runs/\(run)") { kill(pid, SIGKILL) }
            try await service.start()
            let ended = try await service.end(of: run)
            #expect(ended.state == "cancelled", "\(ended.state) \(ended.detail)")
            #expect(service.deliveries() == [:])
        }
    }

    @Test func anExecutorThatCannotMakeAFolderFailsTheRunForWantOfStorage() async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "running:kill"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 3"], repository: repository.path)
            #expect(await service.exit() == 128 + 9)
            let folder = "\(service.state)/runs/\(run)/executions"
            try FileManager.default.removeItem(atPath: folder)
            try service.makeFile(folder)
            try await service.start()
            let ended = try await service.end(of: run)
            #expect(ended.reason == "storage", "\(ended.state) \(ended.detail)")
        }
    }

    @Test func anExecutorThatIsKilledMakesTheRunLostAndKeepsItsMessagesAndWork() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/never"
            let run = try await service.startRun(["commit", "gate \(gate) 5"], repository: repository.path)
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_5""#) { break }
            let pid = try String(contentsOfFile: "\(service.state)/runs/\(run)/executor.pid", encoding: .utf8)
            kill(try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
            let ended = try await service.end(of: run)
            #expect(ended.state == "lost", "\(ended.state) \(ended.detail)")
            #expect(ended.detail.contains("last said"), "\(ended.detail)")
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
            #expect(service.deliveries().values.allSatisfy { $0 == 1 })
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
        }
    }

    /// Reads until `count` more messages were seen; the last one's number, or nil when the run ended before.
    private static func read(
        _ count: Int,
        of run: String,
        after: Int,
        _ service: ServiceUnderTest
    ) async throws -> Int? {
        var last = after
        for try await event in try await service.events(of: run, after: after) {
            if event.name == "end" { return nil }
            if let id = event.id {
                #expect(id == last + 1)
                last = id
            }
            if last - after >= count { return last }
        }
        return last
    }

    private static func expectWhole(
        _ ended: ServiceUnderTest.EndedRun,
        _ service: ServiceUnderTest,
        prompts: [String]
    ) throws {
        #expect(ended.state == "succeeded", "\(ended.state) \(ended.detail)")
        #expect(ended.messages.map(\.seq) == Array(1...max(1, ended.messages.count)))
        #expect(service.deliveries() == Dictionary(prompts.map { ($0, 1) }) { $0 + $1 })
        #expect(ended.bodies("result").count == prompts.count)
    }
}
