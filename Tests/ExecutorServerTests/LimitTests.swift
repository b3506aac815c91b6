import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LimitTests {
    private static func limits(
        startup: Double? = nil,
        idle: Double? = nil,
        total: Double? = nil,
        linger: Double? = nil,
        outputBytes: Int? = nil
    ) -> ExecutionLimits {
        ExecutionLimits(startup: startup, idle: idle, total: total, linger: linger, outputBytes: outputBytes)
    }

    @Test(arguments: ExecutorMode.here) func anAgentWithoutAFirstLineIsEnded(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let record = try await executor.run("hang", limits: Self.limits(startup: 0.3)).record
            #expect(record.endedBy == .startup)
            #expect(record.signal == Int(SIGINT))
        }
    }

    @Test(arguments: ExecutorMode.here) func aSilentAgentIsEndedWithItsTree(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let record = try await executor.run("tree", limits: Self.limits(idle: 0.3)).record
            #expect(record.endedBy == .idle)
            let children = try Processes.noted(in: "\(executor.workspace)/children")
            #expect(children.count == 2)
            #expect(children.filter(Processes.isAlive).isEmpty)
        }
    }

    @Test(arguments: ExecutorMode.here) func linesReArmTheIdleLimitButNotTheTotal(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("chatter 0 50", limits: Self.limits(idle: 0.8, total: 1.5))
            #expect(story.record.endedBy == .total)
            #expect(story.frames.count > 5)
        }
    }

    @Test(arguments: ExecutorMode.here) func anAgentThatLingersAfterItsResultCountsAsDone(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("result-then-hang", limits: Self.limits(linger: 0.3))
            #expect(story.record.endedBy == .linger)
            #expect(story.record.code == 0)
            #expect(story.record.signal == nil)
            #expect(story.kinds == "aa")
        }
    }

    @Test(arguments: ExecutorMode.here) func aResultOfManyChunksIsSeen(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("big-result 2000000", limits: Self.limits(idle: 30, linger: 0.3))
            #expect(story.record.endedBy == .linger)
        }
    }

    @Test(arguments: ExecutorMode.here) func laterLinesReArmTheGraceAfterAResult(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("result-then-lines 12 100", limits: Self.limits(linger: 0.8))
            #expect(story.record.endedBy == .agent)
            #expect(story.frames.count == 14)
        }
    }

    @Test(arguments: ExecutorMode.here) func theOutputHasACap(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let story = try await executor.run("chatter 1000 0", limits: Self.limits(outputBytes: 100_000))
            #expect(story.record.endedBy == .outputLimit)
            #expect(story.record.detail?.contains("100000") == true)
            #expect(story.frames.reduce(0) { $0 + $1.body.count + 2 } <= 100_002)
            #expect(story.frames.count >= 99)
            #expect(story.frames.last?.kind == .cut)
        }
    }

    @Test(arguments: ExecutorMode.here) func anAgentThatIgnoresSignalsIsKilledByALimit(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let record = try await executor.run("never", limits: Self.limits(idle: 0.2)).record
            #expect(record.endedBy == .idle)
            #expect(record.signal == Int(SIGKILL))
        }
    }
}
