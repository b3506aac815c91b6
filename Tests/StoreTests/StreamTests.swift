import Model
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(20)))
struct StreamTests {
    /// A reader of a run, with a way of its own to be difficult.
    private enum Reader: Hashable, CaseIterable {
        /// From the first message on, as fast as it can.
        case steady
        /// Begins when the run has long begun.
        case late
        /// Breaks off and resumes after the last number that it has.
        case reconnecting
        /// Takes one group and then nothing until the run is far ahead.
        case slow

        func read(_ store: Store, _ run: Run.ID, total: Int, seed: Int) async throws -> Account {
            var random = SeededGenerator(seed: UInt64(seed))
            var account = Account()
            switch self {
            case .steady: break
            case .late:
                let start = random.below(total)
                try await Self.wait(store, run, until: start)
                account = Account(after: random.below(start + 1))
            case .reconnecting:
                for _ in 0..<5 {
                    let end = account.last + 1 + random.below(total / 6)
                    for try await frames in store.messages(of: run, after: account.last) {
                        account.take(frames)
                        if account.last >= end { break }
                    }
                }
            case .slow:
                for try await frames in store.messages(of: run, after: 0) {
                    account.take(frames)
                    if account.groups % 4 == 1 { try await Self.wait(store, run, until: account.last + 2000) }
                }
            }
            for try await frames in store.messages(of: run, after: account.last) { account.take(frames) }
            return account
        }

        /// Returns when the run has this many messages, or has ended.
        private static func wait(_ store: Store, _ run: Run.ID, until seq: Int) async throws {
            for try await frames in store.messages(of: run, after: seq - 1)
            where frames.contains(where: { $0.seq != nil }) {
                return
            }
        }
    }

    /// What a reader got.
    private struct Account: Sendable {
        var last: Int
        var groups = 0
        var partials = 0
        var faults: [String] = []

        init(after: Int = 0) { last = after }

        mutating func take(_ frames: [RunFrame]) {
            groups += 1
            if frames.isEmpty { faults.append("an empty group after \(last)") }
            for frame in frames {
                guard let seq = frame.seq else {
                    partials += 1
                    continue
                }
                if seq != last + 1 { faults.append("\(seq) after \(last)") }
                last = seq
                if frame.json != StreamTests.body(seq) { faults.append("\(seq) has another body") }
            }
        }
    }

    private static func body(_ seq: Int) -> [UInt8] {
        Array("{\"n\":\(seq),\"x\":\"".utf8) + [UInt8](repeating: 0x78, count: seq % 700) + Array("\"}".utf8)
    }

    @Test
    func everyReaderSeesEveryMessageOnceAndInOrder() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let total = Scratch.count(5000, soak: 200_000)
        let (run, execution) = try await scratch.makeRunningRun()
        let accounts = try await withThrowingTaskGroup(of: Account?.self) { group in
            for number in 0..<50 {
                let kind = number == 0 ? Reader.slow : Reader.allCases[number % 3]
                group.addTask { try await kind.read(store, run.id, total: total, seed: number) }
            }
            group.addTask {
                try await Self.write(total, to: execution, in: store)
                try await scratch.finish(run)
                return nil
            }
            return try await group.reduce(into: [Account]()) { accounts, account in
                if let account { accounts.append(account) }
            }
        }
        #expect(accounts.count == 50)
        for account in accounts {
            #expect(account.faults == [])
            #expect(account.last == total)
        }
        #expect(store.feeds.census == (tails: 0, readers: 0, bells: 0))
    }

    private static func write(_ total: Int, to execution: Execution, in store: Store) async throws {
        var random = SeededGenerator(seed: 99)
        var execution = execution
        var seq = 0
        while seq < total {
            var lines: [IngestedLine] = []
            for _ in 0...random.below(random.below(8) == 0 ? 600 : 40) where seq < total {
                if random.below(10) == 0 { lines.append(.partial([0x30])) }
                seq += 1
                lines.append(.message(NewMessage(kind: .assistant, body: body(seq))))
            }
            execution = try await store.append(lines, to: execution)
        }
    }

    @Test
    func partialTextReachesLiveReadersWithoutANumber() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        try await withThrowingTaskGroup(of: RunFrame?.self) { group in
            group.addTask {
                for try await frames in scratch.store.messages(of: run.id, after: 0) {
                    if let partial = frames.first(where: { $0.seq == nil }) { return partial }
                }
                return nil
            }
            group.addTask {
                // Until the reader has caught up with the store, what is only live passes it by.
                var execution = start
                while !Task.isCancelled {
                    execution = try await scratch.store.append([.partial([0x31])], to: execution)
                }
                return nil
            }
            let partial = try #require(try await group.next())
            #expect(partial?.json == [0x31])
            #expect(partial?.kind == nil)
            group.cancelAll()
        }
    }

    @Test
    func theStreamOfAnEndedRunEndsAtOnce() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((1...10).map { line($0) }, to: execution)
        try await scratch.finish(run)
        for after in [0, 4, 10, 11, .max, -1] {
            var seqs: [Int?] = []
            for try await frames in scratch.store.messages(of: run.id, after: after) { seqs += frames.map(\.seq) }
            #expect(seqs == (1...10).filter { $0 > after })
        }
        #expect(scratch.store.feeds.census.tails == 0)
    }

    @Test
    func theStreamOfARunWithoutMessagesEndsWithTheRun() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addImmediateTask {
                    var count = 0
                    for try await frames in scratch.store.messages(of: run.id, after: 0) { count += frames.count }
                    return count
                }
            }
            try await scratch.finish(run, .cancelled)
            for try await count in group { #expect(count == 0) }
        }
    }

    @Test
    func theStreamOfARunThatIsNotThereFails() async throws {
        let scratch = try Scratch()
        await expectError(.notFound) {
            for try await _ in scratch.store.messages(of: Run.ID(rawValue: "none"), after: 0) {}
        }
        #expect(scratch.store.feeds.census.tails == 0)
    }

    @Test
    func cancellingEndsAWaitingReader() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append([line(1)], to: execution)
        let (caughtUp, signal) = AsyncStream.makeStream(of: Void.self)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await _ in scratch.store.messages(of: run.id, after: 0) { signal.yield() }
                }
                for await _ in caughtUp { break }
                #expect(scratch.store.feeds.census.tails == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(scratch.store.feeds.census.tails == 0)
    }

    @Test
    func linesThatAreNoJSONComeWrapped() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        let lines = [
            NewMessage(kind: .raw, body: [0xFF, 0, 0x0A]), NewMessage(kind: .cut, body: [0x7B]),
            NewMessage(kind: .system, body: Array("{\r}".utf8)),
        ]
        _ = try await scratch.store.append(lines.map(IngestedLine.message), to: execution)
        try await scratch.finish(run)
        var texts: [String] = []
        for try await frames in scratch.store.messages(of: run.id, after: 0) {
            texts += frames.map { String(decoding: $0.json, as: UTF8.self) }
        }
        #expect(
            texts == [
                "{\"type\":\"raw\",\"base64\":\"/wAK\"}", "{\"type\":\"raw\",\"base64\":\"ew==\",\"cut\":true}", "{ }",
            ]
        )
    }
}
