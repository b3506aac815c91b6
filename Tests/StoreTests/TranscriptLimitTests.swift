import Model
import Testing

@testable import Store

/// How much of what agents say is stored.
@Suite(.timeLimit(.minutes(1)))
struct TranscriptLimitTests {
    private static let limit = TranscriptLimit(bytes: 1000, notice: Array(#"{"type":"internal"}"#.utf8))

    private static func append(
        _ lines: [IngestedLine],
        _ execution: Execution,
        _ store: Store
    ) async throws -> Execution {
        var next = execution
        next.line += lines.count
        try await store.append(lines, to: execution, exit: nil, line: next.line, limit: limit)
        return next
    }

    @Test func beyondTheLimitOneNoticeStandsForTheRestAndTheCursorGoesOn() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        var execution = try await Self.append((0..<3).map { line($0, size: 300) }, start, scratch.store)
        #expect(try await scratch.story(run).count == 3)
        execution = try await Self.append([line(3, size: 300), .partial([0x31]), line(4)], execution, scratch.store)
        // A small one would fit again, but would follow a gap.
        execution = try await Self.append([line(5)], execution, scratch.store)
        let story = try await scratch.story(run)
        #expect(story.map(\.seq) == [1, 2, 3, 4])
        #expect(story.map(\.kind) == [.assistant, .assistant, .assistant, .notice])
        let stored = try #require(try await scratch.store.executions(of: run.id).first)
        #expect(stored.line == 7)
        #expect(stored.unstored == 3)
    }

    @Test func theLimitIsTheRunsAndNotTheSteps() async throws {
        let scratch = try Scratch()
        let (run, first) = try await scratch.makeRunningRun(of: try await scratch.makeTask(steps: 2))
        _ = try await Self.append((0..<3).map { line($0, size: 300) }, first, scratch.store)
        let second = try await scratch.store.execution(of: run.id, step: 1)
        _ = try await Self.append([line(3, size: 300), line(4)], second, scratch.store)
        #expect(try await scratch.story(run).map(\.kind).suffix(1) == [.notice])
        #expect(try await scratch.store.executions(of: run.id).map(\.unstored) == [0, 2])
    }

    @Test func noticesOfTheServiceAreStoredAllTheSame() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await Self.append([line(0, size: 2000)], start, scratch.store)
        try await scratch.store.appendNotice([0x7B, 0x7D], to: run.id, step: 0)
        #expect(try await scratch.story(run).map(\.kind) == [.notice, .notice])
    }
}
