import AgentStream
import Foundation
import TestSupport
import Testing

/// The one path through everything, with the demo agent.
@Suite(.timeLimit(.minutes(10)))
struct FirstRunTests {
    @Test func theDemoAgentsCommitIsKeptAndItsMessagesReplay() async throws {
        try await ServiceUnderTest.with(agent: [Binaries.path("caretaker-demo-agent")]) { service in
            let repository = try await GitRepository(
                at: "\(service.folder)/repository",
                files: ["notes.txt": "untidy   \nlines\t\n"]
            )
            let run = try await service.startRun(["Tidy the white space."], repository: repository.path)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))

            let result = try await service.query("runs.result", ["id": .string(run)])
            let head = try #require(result["head"]?.string)
            #expect(result["commits"]?.array?.first?["sha"]?.string == head)
            let base = try await repository.git("rev-parse", "HEAD")
            #expect(result["base"]?.string == base)

            let bundle = "\(service.folder)/fetched.bundle"
            let path = try #require(result["bundleUrl"]?.string)
            try await Data(service.get(path)).write(to: URL(fileURLWithPath: bundle))
            try await repository.git("fetch", "-q", bundle, "HEAD")
            #expect(try await repository.git("show", "FETCH_HEAD:notes.txt") == "untidy\nlines")

            var replayed: [Int] = []
            for try await event in try await service.events(of: run) {
                if event.name.isEmpty, let id = event.id { replayed.append(id) }
            }
            #expect(replayed == ended.messages.map(\.seq))
        }
    }

    @Test func stepsRunInOrderInOneWorkspace() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["commit", "dirty", "lines 2"], repository: repository.path)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            #expect(ended.bodies("result").count == 3)
            #expect(ended.messages.map(\.step) == ended.messages.map(\.step).sorted())
            #expect(ended.summary["costUSD"]?.double == 0.003)

            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            #expect((result["patchBytes"]?.int ?? 0) > 0)
        }
    }

    @Test func anEmptyRepositoryIsWorkedOnFromNothing() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository", files: [:])
            let run = try await service.startRun(["commit"], repository: repository.path)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["base"]?.isNull == true)
            #expect((result["bundleBytes"]?.int ?? 0) > 0)
        }
    }

    @Test func commitsArePushedToTheTasksBranchAndTheRestStaysInThePatch() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", "dirty"],
                repository: repository.path,
                settings: ["push": ["branch": "caretaker/work"]]
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.detail)")
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["pushedTo"]?.string == "caretaker/work")
            #expect(try await repository.git("rev-parse", "caretaker/work") == result["head"]?.string)
            let notices = ended.bodies("notice").compactMap { $0["message"]?["content"]?[0]?["data"]?.string }
            #expect(notices.contains { $0.contains("is not pushed") })
        }
    }

    @Test func aRunThatHasEndedLeavesOnlyTheAgentsWork() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["commit"], repository: repository.path)
            _ = try await service.end(of: run)
            // The clearing follows the final row; stopping the service waits for it or leaves it to the next start.
            #expect(await service.stop() == 0)
            try await service.start()
            let next = try await service.startRun(["lines 1"], repository: repository.path)
            _ = try await service.end(of: next)
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(service.state)/runs/\(run)")
            #expect(Set(files) == ["export.json", "work.bundle"])
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
        }
    }
}
