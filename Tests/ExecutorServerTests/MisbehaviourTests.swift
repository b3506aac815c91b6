import Curl
import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MisbehaviourTests {
    @Test(
        arguments: ExecutorMode.here,
        [
            ("silent", "", 0), ("exit 7", "", 7), ("invalid-utf8", "aa", 0), ("crlf", "aa", 0),
            ("lone-surrogate", "aa", 0),
            ("deep 5000", "aa", 0), ("midline", "ap", 0), ("forge-exit", "ap", 0), ("empty-lines", "aaa", 0),
            ("denied", "aa", 0), ("error-result", "aa", 1), ("close-stdout", "a", 3), ("big 3000000", "aa", 0),
        ]
    )
    func oddOutputBecomesFramesAndARecord(
        mode: ExecutorMode,
        odd: (mode: String, kinds: String, code: Int)
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run(odd.mode)
            #expect(story.kinds == odd.kinds)
            #expect(story.record.code == odd.code)
            #expect(story.record.endedBy == .agent)
            #expect(story.record.lines == odd.kinds.count)
        }
    }

    @Test(arguments: ExecutorMode.here) func bytesStayAsTheyWere(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let invalid = try await executor.run("invalid-utf8", id: "a")
            #expect(invalid.frames[0].body == [0x7B, 0x22, 0xFF, 0xFE, 0xC0, 0x80, 0x22, 0x7D, 0x00])
            #expect(try await executor.run("crlf", id: "b").frames[0].body.last == 0x0D)
            #expect(try await executor.run("midline", id: "c").lines[1] == #"{"type":"assis"#)
            #expect(try await executor.run("forge-exit", id: "d").lines[1] == #"x{"code":0}"#)
        }
    }

    @Test func aLineOverTheLimitIsCut() async throws {
        try await ExecutorUnderTest.with { executor in
            let limit = 64 << 20
            let story = try await executor.run("big \(limit + 100_000)")
            #expect(story.kinds == "ca")
            #expect(story.frames[0].body.count == limit)
            let pid = try #require(executor.pid)
            let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }.map { $0.filter(\.isNumber) }
            let kilobytes = try #require(peak.flatMap { Int($0) })
            // The line is never held: what the server needs is far below its size.
            #expect(kilobytes < 60_000)
        }
    }

    @Test(arguments: ExecutorMode.here) func aSignalIsRecorded(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let record = try await executor.run("kill-self 9").record
            #expect(record.signal == 9)
            #expect(record.code == nil)
            #expect(record.endedBy == .agent)
        }
    }

    @Test(arguments: ExecutorMode.here) func onlyTheEndOfStandardErrorIsKept(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let text = try await executor.run("stderr-flood").record.stderr
            #expect(text.utf8.count <= 8192)
            #expect(text.hasSuffix("complaint 20000 \u{00E9}\n"))
            #expect(!text.contains("\u{FFFD}"))
        }
    }

    @Test(arguments: ExecutorMode.here) func whatAnAgentLeavesRunningIsEnded(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("fork-children")
            #expect(story.record.code == 0)
            #expect(story.record.endedBy == .agent)
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.count == 3)
            #expect(children.filter(Processes.isAlive).isEmpty)
            #expect(Processes.children(of: try #require(executor.pid)).isEmpty)
        }
    }

    @Test(arguments: ExecutorMode.here) func orphansAreReapedWhileTheAgentRuns(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let stream = try await executor.begin(ExecutorUnderTest.execution("orphans 20"))
            var iterator = stream.body.makeAsyncIterator()
            _ = try await Story.read(1, of: &iterator)
            let pid = try #require(executor.pid)
            // Only the agent itself stays; the others' ends have all been signalled by now or are about to be.
            while Processes.children(of: pid).count > 1 { await Task.yield() }
            try executor.make("go-on")
            while try await iterator.next() != nil {}
            #expect(Processes.children(of: pid).isEmpty)
        }
    }
}
