import Model
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(10)))
struct TailTests {
    private let run = Run.ID(rawValue: "r")

    private func message(_ seq: Int, size: Int = 10) -> CommitEffects.Item {
        let body = [UInt8](repeating: 0x20, count: size)
        return .message(
            Message(runID: run, seq: seq, at: Timestamp(milliseconds: 0), step: 0, kind: .assistant, body: body)
        )
    }

    @Test
    func aNewcomerIsSentToTheStoreAndGoesOnFromTheEnd() {
        let tail = RunTail()
        tail.append([message(1), message(2)], isLast: false)
        #expect(tail.take(from: nil, after: 0, limit: 100) == .behind(position: 2))
        tail.append([message(3), .partial([0x31]), message(4)], isLast: false)
        let frames = tail.take(from: 2, after: 2, limit: 1000).frames
        #expect(frames.map(\.seq) == [3, nil, 4])
        #expect(frames[1].json == [0x31])
        let end = RunTail.Place(entries: 5, partials: 1)
        #expect(tail.take(from: end, after: 4, limit: 1000) == .nothingYet(position: end))
    }

    @Test
    func whoFallsBehindKnowsHowManyPartialTextsAreLost() {
        let tail = RunTail()
        tail.append([message(1), .partial([0x31])], isLast: false)
        guard case .frames(_, let place) = tail.take(from: 0, after: 0, limit: .max) else {
            Issue.record("nothing is there")
            return
        }
        #expect(place == RunTail.Place(entries: 2, partials: 1))
        for seq in 2...2000 { tail.append([.partial([0x32]), message(seq)], isLast: false) }
        #expect(
            tail.take(from: place, after: 1, limit: .max) == .behind(position: .init(entries: 4000, partials: 2000))
        )
    }

    @Test
    func whatAReaderHasFromTheStoreIsPassedOverOnce() async {
        let tail = RunTail()
        tail.append((1...5).map { message($0) }, isLast: false)
        #expect(tail.take(from: 0, after: 5, limit: 1000) == .nothingYet(position: 5))
        #expect(tail.take(from: 0, after: 3, limit: 1000).frames.map(\.seq) == [4, 5])
    }

    @Test
    func aGapSendsTheReaderToTheStore() {
        let tail = RunTail()
        tail.append([message(3)], isLast: false)
        #expect(tail.take(from: 0, after: 1, limit: 1000) == .behind(position: 1))
    }

    @Test
    func aReaderTakesAboutItsLimit() {
        let tail = RunTail()
        tail.append((1...10).map { message($0, size: 100) }, isLast: false)
        #expect(tail.take(from: 0, after: 0, limit: 250).frames.count == 3)
        #expect(tail.take(from: 0, after: 0, limit: 1).frames.count == 1)
    }

    @Test
    func theTailKeepsToItsEntries() {
        let tail = RunTail()
        for seq in 1...3000 { tail.append([message(seq)], isLast: false) }
        #expect(tail.state.withLock { $0.frames.count } == RunTail.maximumEntries)
        #expect(tail.take(from: 0, after: 0, limit: 10) == .behind(position: 3000))
        #expect(tail.take(from: 1976, after: 1976, limit: .max).frames.count == 1024)
    }

    @Test
    func theTailKeepsToItsBytes() {
        let tail = RunTail()
        for seq in 1...20 {
            tail.append([message(seq, size: 300_000)], isLast: false)
            let (sum, bytes) = tail.state.withLock { ($0.frames.reduce(0) { $0 + $1.json.count }, $0.bytes) }
            #expect(sum == bytes)
            #expect(bytes <= RunTail.maximumBytes)
        }
        tail.append([message(21, size: RunTail.maximumBytes + 1)], isLast: false)
        #expect(tail.state.withLock { $0.frames.isEmpty && $0.bytes == 0 })
        #expect(tail.take(from: 20, after: 20, limit: 10) == .behind(position: 21))
        tail.append([message(22)], isLast: false)
        #expect(tail.take(from: 21, after: 21, limit: 10).frames.map(\.seq) == [22])
    }

    @Test
    func theLastWordIsTheStores() {
        let tail = RunTail()
        tail.append([message(1)], isLast: true)
        #expect(tail.take(from: 0, after: 0, limit: 10).frames.count == 1)
        #expect(tail.take(from: 1, after: 1, limit: 10) == .behind(position: 1))
    }

    @Test
    func everyWaiterIsWokenByWhatComes() async {
        let tail = RunTail()
        await withDiscardingTaskGroup { group in
            for _ in 0..<100 { group.addImmediateTask { await tail.wait(beyond: 0) } }
            #expect(tail.state.withLock { $0.waiters.count } == 100)
            tail.append([message(1)], isLast: false)
        }
        await tail.wait(beyond: 0)
        #expect(tail.state.withLock { $0.waiters.isEmpty })
    }

    @Test
    func theEndWakesWaiters() async {
        let tail = RunTail()
        await withDiscardingTaskGroup { group in
            group.addImmediateTask { await tail.wait(beyond: 0) }
            tail.append([], isLast: true)
        }
        await tail.wait(beyond: 7)
    }

    @Test
    func aCancelledWaiterReturnsAndLeavesNothing() async {
        let tail = RunTail()
        await withDiscardingTaskGroup { group in
            for _ in 0..<10 { group.addImmediateTask { await tail.wait(beyond: 0) } }
            group.cancelAll()
            group.addTask { await tail.wait(beyond: 0) }
        }
        #expect(tail.state.withLock { $0.waiters.isEmpty })
    }
}

extension RunTail.Taken {
    fileprivate var frames: [RunFrame] {
        if case .frames(let frames, position: _) = self { frames } else { [] }
    }
}

extension RunTail.Place: ExpressibleByIntegerLiteral {
    /// A place before which no partial text was.
    public init(integerLiteral entries: Int) {
        self.init(entries: entries, partials: 0)
    }
}
