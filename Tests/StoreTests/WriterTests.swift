import Dispatch
import GRDB
import Model
import Synchronization
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(10)))
struct WriterTests {
    /// A store with a table of numbers, whose writer waits behind a gate so that writes gather in its mailbox.
    fileprivate final class Stage: Sendable {
        let scratch: Scratch
        let commits = CommitCounter()
        private let gate = DispatchSemaphore(value: 0)

        init() async throws {
            scratch = try Scratch()
            try await scratch.store.pool.write {
                try $0.execute(sql: "CREATE TABLE number (value INTEGER PRIMARY KEY, body BLOB) STRICT")
            }
            scratch.store.pool.add(transactionObserver: commits)
        }

        var writer: StoreWriter { scratch.store.writer }

        /// Performs `body` while the writer waits, then lets it go on.
        ///
        /// The tasks that `body` adds run at once up to their write, which is then in the mailbox.
        func gather<T: Sendable>(
            _ body: (inout TaskGroup<Result<T, any Error>>) -> Void
        ) async -> [Result<T, any Error>] {
            await withTaskGroup(of: Result<T, any Error>.self) { group in
                await withTaskGroup(of: Void.self) { blocker in
                    let (began, signal) = AsyncStream.makeStream(of: Void.self)
                    blocker.addImmediateTask { [self] in
                        try? await writer.write { [gate] _, _ in
                            signal.finish()
                            gate.wait()
                        }
                    }
                    // Else the first of `body`'s writes might go with the one that waits.
                    for await _ in began {}
                    body(&group)
                    gate.signal()
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }

        func insert(_ number: Int, bytes: Int = 512) async -> Result<Int, any Error> {
            do {
                return .success(
                    try await writer.write(bytes: bytes) { db, _ in
                        try db.execute(sql: "INSERT INTO number (value) VALUES (?)", arguments: [number])
                        if number % 10 == 7 { throw Refusal(number: number) }
                        return number * 2
                    }
                )
            } catch {
                return .failure(error)
            }
        }

        func numbers() async throws -> [Int] {
            try await scratch.store.pool.read { try Int.fetchAll($0, sql: "SELECT value FROM number ORDER BY value") }
        }
    }

    private struct Refusal: Error, Equatable {
        let number: Int
    }

    @Test
    func everyWriterGetsItsOwnResult() async throws {
        let stage = try await Stage()
        let results = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
            for number in 0..<1000 { group.addTask { (number, await stage.insert(number)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, result) in results {
            switch result {
            case .success(let value): #expect(value == number * 2)
            case .failure(let error): #expect(error as? Refusal == Refusal(number: number))
            }
        }
        #expect(try await stage.numbers() == (0..<1000).filter { $0 % 10 != 7 })
    }

    @Test
    func aFailingWriteTakesNothingOfItsGroupWithIt() async throws {
        let stage = try await Stage()
        let results = await stage.gather { group in
            for number in [1, 2, 7, 3, 3, 4, 17, 5] {
                group.addImmediateTask { await stage.insert(number) }
            }
        }
        #expect(stage.commits.count == 1, "the gate itself changes nothing and the rest is one group")
        let good = results.compactMap { try? $0.get() }
        #expect(good.sorted() == [2, 4, 6, 8, 10])
        #expect(try await stage.numbers() == [1, 2, 3, 4, 5])
    }

    @Test
    func whatAFailedWriteWantedToAnnounceIsNotAnnounced() async throws {
        let stage = try await Stage()
        let run = try await stage.scratch.makeRun(of: try await stage.scratch.makeTask())
        let tail = stage.scratch.store.feeds.join(run.id)
        await #expect(throws: Refusal.self) {
            try await stage.writer.write { _, effects in
                effects.add([.partial([1])], to: run.id)
                throw Refusal(number: 0)
            }
        }
        #expect(tail.state.withLock { $0.frames.isEmpty })
    }

    @Test
    func aCancelledCallersWriteHappens() async throws {
        let stage = try await Stage()
        _ = await stage.gather { group in
            for number in 20..<27 { group.addImmediateTask { await stage.insert(number) } }
            group.cancelAll()
            group.addImmediateTask { await stage.insert(28) }
        }
        #expect(try await stage.numbers() == Array(20..<27) + [28])
    }

    @Test
    func aGroupKeepsToItsCapsOfRowsAndBytes() async throws {
        let stage = try await Stage()
        _ = await stage.gather { group in
            for number in 0..<600 { group.addImmediateTask { await stage.insert(number * 10) } }
        }
        #expect(stage.commits.count == 2)
        _ = await stage.gather { group in
            for number in 1...4 { group.addImmediateTask { await stage.insert(number, bytes: 600_000) } }
            group.addImmediateTask { await stage.insert(5, bytes: 5_000_000) }
            group.addImmediateTask { await stage.insert(6) }
        }
        #expect(stage.commits.count == 2 + 6)
        #expect(try await stage.numbers().count == 606)
    }

    @Test
    func drainingWaitsForAllThatWasAskedFor() async throws {
        let stage = try await Stage()
        await stage.writer.drain()
        await withTaskGroup(of: Void.self) { group in
            for number in 100..<700 { group.addImmediateTask { _ = await stage.insert(number * 10) } }
            await stage.writer.drain()
            #expect((try? await stage.numbers().count) == 600)
        }
    }

    @Test
    func aFullDatabaseRefusesAndRecovers() async throws {
        let stage = try await Stage()
        let refusals = Mutex(0)
        stage.writer.report(to: { _ in }, noRoom: { refusals.withLock { $0 += 1 } })
        try await stage.limitPages(to: 60)
        let results = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<60 { group.addTask { (number, await stage.insertBody(number)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let written = results.filter(\.value).map(\.key).sorted()
        #expect(written.count < 60, "the limit was reached")
        #expect(refusals.withLock(\.self) > 0)
        #expect(try await stage.numbers() == written, "what was acknowledged is there and nothing else")
        try await stage.limitPages(to: 100_000)
        #expect(await stage.insertBody(1000))
        #expect(try await stage.scratch.value(String.self, "PRAGMA integrity_check") == "ok")
    }
}

extension WriterTests.Stage {
    fileprivate func limitPages(to count: Int) async throws {
        try await scratch.store.pool.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)")
        }
    }

    fileprivate func insertBody(_ number: Int) async -> Bool {
        do {
            try await writer.write(bytes: 50_000) { db, _ in
                try db.execute(sql: "INSERT INTO number VALUES (?, zeroblob(50000))", arguments: [number])
            }
            return true
        } catch {
            return false
        }
    }
}

/// Counts the transactions that changed something.
private final class CommitCounter: TransactionObserver, Sendable {
    private let commits = Mutex((count: 0, hasChanges: false))

    var count: Int { commits.withLock { $0.count } }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }

    func databaseDidChange(with event: DatabaseEvent) {
        commits.withLock { $0.hasChanges = true }
    }

    func databaseDidCommit(_ db: Database) {
        commits.withLock { commits in
            if commits.hasChanges { commits.count += 1 }
            commits.hasChanges = false
        }
    }

    func databaseDidRollback(_ db: Database) {
        commits.withLock { $0.hasChanges = false }
    }
}
