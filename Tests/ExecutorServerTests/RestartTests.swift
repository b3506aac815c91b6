import Curl
import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RestartTests {
    @Test(arguments: ExecutorMode.here) func aCrashOfTheExecutorIsAnInterruptionAndNoSecondDelivery(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let note = "\(executor.volume)/deliveries"
            let request = ExecutorUnderTest.execution("tree", environment: ["CARETAKER_TEST_DELIVERIES": note])
            let stream = try await executor.begin(request)
            var iterator = stream.body.makeAsyncIterator()
            let seen = try await Story.read(1, of: &iterator)
            executor.kill()
            try await executor.start()

            let story = try Story(await Story.bytes(of: try await executor.begin(request)))
            #expect(story.record.endedBy == .interrupted)
            #expect(story.record.code == nil)
            #expect(story.record.startedAt != nil)
            #expect(story.bytes.starts(with: seen))
            #expect(try String(contentsOfFile: note, encoding: .utf8).split(separator: "\n").count == 1)
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.count == 2)
            #expect(children.filter(Processes.isAlive).isEmpty)

            executor.kill()
            try await executor.start()
            #expect(try await executor.bytes(of: "step-1") == story.bytes)
        }
    }

    @Test(arguments: ExecutorMode.here) func aFinishedExecutionIsRepeatedAfterARestart(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("lines 5 300")
            executor.kill()
            try await executor.start()
            #expect(try await executor.run("lines 5 300").bytes == story.bytes)
        }
    }

    /// What a crash may leave of the spool, whether the exit record was stored, and what is shown afterwards.
    static let remains: [(spool: String, exit: Bool, lines: [String], kinds: String)] = [
        ("", false, [], ""), ("a", false, [], ""), ("a{\"x\":1}\na{\"y", false, ["{\"x\":1}", "{\"y"], "ap"),
        ("aone\n", false, ["one"], "a"), ("aone\n", true, ["one"], "a"), ("aone\nx{\"co", true, ["one"], "a"),
        ("aone\na", false, ["one"], "a"), ("cone", false, ["one"], "c"),
    ]

    @Test(arguments: ExecutorMode.here, remains.indices)
    func whateverACrashLeavesThereIsOneExitRecord(mode: ExecutorMode, index: Int) async throws {
        let (spool, hasExit, lines, kinds) = Self.remains[index]
        try await ExecutorUnderTest.with(mode, isStarted: false) { executor in
            let folder = "\(executor.folder)/executions/step-1"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(spool.utf8).write(to: URL(fileURLWithPath: "\(folder)/spool"))
            let record = ExitRecord(
                code: 5,
                signal: nil,
                endedBy: .agent,
                detail: nil,
                stderr: "",
                lines: 1,
                startedAt: 1,
                finishedAt: 2
            )
            if hasExit { try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: "\(folder)/exit.json")) }
            try await executor.start()
            let story = try Story(try await executor.bytes(of: "step-1"))
            #expect(story.lines == lines)
            #expect(story.kinds == kinds)
            #expect(story.record.endedBy == (hasExit ? .agent : .interrupted))
            #expect(story.record.code == (hasExit ? 5 : nil))
            #expect(story.record.lines == lines.count)
        }
    }

    @Test(arguments: ExecutorMode.here) func anOrderlyStopEndsTheAgentAndStoresItsEnd(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let stream = try await executor.begin(ExecutorUnderTest.execution("tree"))
            var iterator = stream.body.makeAsyncIterator()
            _ = try await Story.read(1, of: &iterator)
            let pid = try #require(executor.pid)
            kill(pid, SIGTERM)
            while Processes.isAlive(pid) { await Task.yield() }
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.filter(Processes.isAlive).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(executor.folder)/executor.sock"))
            try await executor.start()
            let record = try Story(try await executor.bytes(of: "step-1")).record
            #expect(record.endedBy == .interrupted)
            #expect(record.signal == Int(SIGINT))
        }
    }
}
