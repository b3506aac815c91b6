import GRDB
import Model
import Testing

@testable import Store

struct MessageTests {
    @Test
    func numbersCountFromOneOverStepsAndNotices() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        var (run, execution) = try await scratch.makeRunningRun()
        try await store.appendNotice([1], to: run.id, step: 0)
        execution = try await store.append([line(2), line(3)], to: execution)
        try await store.appendNotice([4], to: run.id, step: 0)
        execution = try await store.append([line(5)], to: execution)
        let second = try await store.execution(of: run.id, step: 1)
        try await store.appendNotice([6], to: run.id, step: 1)
        _ = try await store.append([line(7), line(8)], to: second)
        let story = try await scratch.story(run)
        #expect(story.map(\.seq) == Array(1...8))
        #expect(story.map(\.step) == [0, 0, 0, 0, 0, 1, 1, 1])
        #expect(story.filter { $0.kind == .notice }.map(\.seq) == [1, 4, 6])
        #expect(story.allSatisfy { $0.at == scratch.clock.now && $0.runID == run.id })
    }

    @Test
    func theSameLinesAreTakenOnce() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let (run, execution) = try await scratch.makeRunningRun()
        let next = try await store.append([line(1), line(2)], to: execution)
        await expectError(.stale) { _ = try await store.append([line(1), line(2)], to: execution) }
        var ahead = next
        ahead.line += 1
        await expectError(.stale) { _ = try await store.append([line(4)], to: ahead) }
        #expect(try await scratch.story(run).count == 2)
        #expect(try await store.executions(of: run.id) == [next])
        var unknown = next
        unknown.id = Execution.ID(rawValue: "none")
        await expectError(.stale) { _ = try await store.append([line(3)], to: unknown) }
    }

    @Test
    func ofManyThatAppendAtOneCursorOneWins() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<30 {
                group.addTask { (try? await scratch.store.append([line(number)], to: execution)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        #expect(try await scratch.story(run).map(\.seq) == [1])
    }

    @Test
    func partialTextMovesTheCursorAndIsNotStored() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        let lines: [IngestedLine] = [.partial([1]), line(1), .partial([2]), .partial([3]), line(2)]
        let next = try await scratch.store.append(lines, to: execution)
        #expect(try await scratch.store.executions(of: run.id).map(\.line) == [5])
        #expect(try await scratch.story(run).map(\.seq) == [1, 2])
        let last = try await scratch.store.append([.partial([4])], to: next)
        #expect(last.line == 6)
        #expect(try await scratch.story(run).count == 2)
    }

    @Test
    func theExitRecordClosesAnExecution() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let (run, execution) = try await scratch.makeRunningRun()
        let exit = AgentExitRecord(code: nil, signal: 9, endedBy: .idle, detail: nil, stderr: "\u{0}é\n")
        try await store.append([line(1)], to: execution, exit: exit, line: 2)
        var closed = execution
        (closed.line, closed.exit) = (2, exit)
        #expect(try await store.executions(of: run.id) == [closed])
        await expectError(.stale) { _ = try await store.append([line(2)], to: closed) }
        #expect(try await scratch.story(run).count == 1)
    }

    @Test
    func aNoticeOfAStepIsStoredOnce() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        for _ in 0..<3 {
            for step in 0..<2 {
                for body in [[1], [1, 0], []] as [[UInt8]] {
                    try await scratch.store.appendNotice(body, to: run.id, step: step)
                }
            }
        }
        let story = try await scratch.story(run)
        #expect(story.map(\.body) == [[1], [1, 0], [], [1], [1, 0], []])
        #expect(story.map(\.step) == [0, 0, 0, 1, 1, 1])
    }

    @Test
    func anEndedRunTakesNothingMore() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        let next = try await scratch.store.append([line(1)], to: execution)
        try await scratch.store.appendNotice([7], to: run.id, step: 0)
        try await scratch.finish(run)
        await expectError(.conflict) { _ = try await scratch.store.append([line(2)], to: next) }
        await expectError(.conflict) { try await scratch.store.appendNotice([8], to: run.id, step: 0) }
        try await scratch.store.appendNotice([7], to: run.id, step: 0)
        #expect(try await scratch.story(run).count == 2)
        #expect(try await scratch.store.executions(of: run.id) == [next], "the cursor stays as well")
    }

    private static let bodies: [[UInt8]] = [
        [], [0], [0, 0x0A, 0x0D], Array(0...255), [0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80],
        Array("{\"a\":\"\\ud800\"}\r".utf8), [UInt8](repeating: 0x78, count: 16_384),
    ]

    @Test
    func bytesComeBackExactly() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        var random = SeededGenerator(seed: 5)
        let large = (0..<5_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let bodies = Self.bodies + [large]
        let kinds = Message.Kind.allCases
        let lines = bodies.enumerated().map { number, body in
            IngestedLine.message(NewMessage(kind: kinds[number % kinds.count], body: body))
        }
        _ = try await scratch.store.append(lines, to: execution)
        let story = try await scratch.story(run)
        #expect(story.map(\.body) == bodies)
        #expect(story.map(\.kind) == bodies.indices.map { kinds[$0 % kinds.count] })
    }

    @Test
    func aPageHasAtLeastOneMessageAndAboutItsLimit() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((1...40).map { line($0, size: 1000) }, to: execution)
        #expect(try await scratch.store.page(of: run.id, after: 0, limit: 1).messages.map(\.seq) == [1])
        let page = try await scratch.store.page(of: run.id, after: 10, limit: 10_000)
        #expect(page.messages.map(\.seq) == Array(11...20))
        #expect(!page.isFinal)
        #expect(try await scratch.store.page(of: run.id, after: 40, limit: 10_000).messages.isEmpty)
        try await scratch.finish(run)
        #expect(try await scratch.store.page(of: run.id, after: 40, limit: 10_000).isFinal)
        await expectError(.notFound) {
            _ = try await scratch.store.page(of: Run.ID(rawValue: "none"), after: 0, limit: 1)
        }
    }

    @Test
    func aFoldTakesTheLinesOfItsStepWithoutNotices() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let (run, execution) = try await scratch.makeRunningRun()
        _ = try await store.append([line(1), line(2)], to: execution)
        try await store.appendNotice([9], to: run.id, step: 0)
        let second = try await store.execution(of: run.id, step: 1)
        _ = try await store.append([line(3)], to: second)
        let taken = try await store.foldMessages(of: execution, into: [Int]()) { $0.append($1.seq) }
        #expect(taken == [1, 2])
        #expect(try await store.foldMessages(of: second, into: [Int]()) { $0.append($1.seq) } == [4])
    }
}
