import Foundation
import GRDB
import Model
import Synchronization
import Testing

@testable import Store

/// What survives when the service, or the machine, dies at any moment.
@Suite(.timeLimit(.minutes(20)))
struct DurabilityTests {
    @Test
    func theFilesAtAnyMomentHoldEveryAcknowledgedWrite() async throws {
        let scratch = try Scratch()
        let copies = Scratch.count(10, soak: 60)
        let load = try await Load(scratch.store, scratch.clock, runs: 4)
        let acknowledged = load.acknowledged
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, execution) in load.executions.enumerated() {
                group.addTask { try await load.write(to: execution, seed: number) }
            }
            group.addTask {
                var random = SeededGenerator(seed: 1)
                for await _ in acknowledged.every(20 + random.below(40)).prefix(copies) {
                    try await Self.examineCopy(of: scratch, load)
                }
                acknowledged.close()
            }
            try await group.waitForAll()
        }
    }

    /// Copies the database and its log as they are on the disk now, and looks into the copy.
    private static func examineCopy(of scratch: Scratch, _ load: Load) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let before = load.acknowledged.counts
        try await scratch.store.pool.read { db in
            // A reader's snapshot keeps a checkpoint from running between the two copies, which no crash could do.
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM run")
            let copy = Process()
            copy.executableURL = URL(filePath: "/bin/cp")
            copy.arguments = ["caretaker.sqlite", "caretaker.sqlite-wal"].map { "\(scratch.folder)/\($0)" } + [folder]
            try copy.run()
            copy.waitUntilExit()
            #expect(copy.terminationStatus == 0)
        }
        try await Self.examine(folder, before)
    }

    @Test(.serialized, arguments: 0..<Scratch.count(6, soak: 200))
    func aKilledServiceHasEveryAcknowledgedWrite(_ round: Int) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
            var random = SeededGenerator(seed: UInt64(round))
            let store = try Store(folder: folder, clock: TestClock())
            let load = try await Load(store, TestClock(), runs: 5, log: "\(folder)/acknowledged")
            let acknowledgements = load.acknowledged.every(1 + random.below(300))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, execution) in load.executions.enumerated() {
                    group.addTask { try await load.write(to: execution, seed: round + number) }
                }
                for await _ in acknowledgements { kill(getpid(), SIGKILL) }
                try await group.waitForAll()
            }
        }
        let log = try String(contentsOfFile: "\(folder)/acknowledged", encoding: .utf8)
        var counts: [Run.ID: Int] = [:]
        for line in log.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let count = Int(words[1]) else { continue }
            counts[Run.ID(rawValue: String(words[0]))] = count
        }
        #expect(!counts.isEmpty)
        try await Self.examine(folder, counts)
    }

    /// Opens what is left as the next start would, and looks whether it is whole.
    private static func examine(_ folder: String, _ acknowledged: [Run.ID: Int]) async throws {
        let store = try Store(folder: folder, clock: TestClock())
        let check = try await store.pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
        #expect(check == "ok")
        let strays = try await store.pool.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(strays == 0)
        for run in try await store.activeRuns() {
            let messages = try await store.page(of: run.id, after: 0, limit: .max).messages
            #expect(messages.map(\.seq) == Array(1..<messages.count + 1))
            #expect(messages.count >= acknowledged[run.id] ?? 0)
            let lines = try await store.executions(of: run.id).reduce(0) { $0 + $1.line }
            #expect(lines == messages.count { $0.kind != .notice }, "the cursor moves with the messages")
        }
        for run in acknowledged.keys { _ = try await store.run(run) }
        try await store.close()
    }
}

/// Runs whose agents talk without end, and what was acknowledged of it.
private struct Load: Sendable {
    let store: Store
    let executions: [Execution]
    let acknowledged: Acknowledgements

    init(_ store: Store, _ clock: TestClock, runs: Int, log: String? = nil) async throws {
        let content = TaskContent(name: "t", steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
        let task = try await store.createTask(content)
        for _ in 0..<runs {
            _ = try await store.createRun(NewRun(task: task.slug, repository: "r", ref: nil, priority: nil))
        }
        var executions: [Execution] = []
        for run in try await store.admitRuns(caps: Admission.Caps(global: runs), runtime: .process) {
            executions.append(try await store.execution(of: run.id, step: 0))
        }
        self.store = store
        self.executions = executions
        acknowledged = try Acknowledgements(log: log)
    }

    /// Appends groups and now and then a notice until the acknowledgements are closed.
    func write(to start: Execution, seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var execution = start
        var count = 0
        while !acknowledged.isClosed {
            let lines = (0...random.below(12)).map { _ in line(count, size: random.below(4000)) }
            execution = try await store.append(lines, to: execution)
            count += lines.count
            if random.below(5) == 0 {
                try await store.appendNotice(Array("\(count)".utf8), to: execution.runID, step: 0)
                count += 1
            }
            acknowledged.note(execution.runID, count)
        }
    }
}

/// How many messages of each run were acknowledged, kept outside the database.
private final class Acknowledgements: Sendable {
    private struct State {
        var counts: [Run.ID: Int] = [:]
        var total = 0
        var isClosed = false
        var listener: AsyncStream<Void>.Continuation?
        var interval = Int.max
    }

    private let state = Mutex(State())
    private let log: FileHandle?

    init(log path: String?) throws {
        guard let path else {
            log = nil
            return
        }
        try Data().write(to: URL(filePath: path))
        log = try FileHandle(forWritingTo: URL(filePath: path))
    }

    var counts: [Run.ID: Int] { state.withLock { $0.counts } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    func close() {
        state.withLock { $0.isClosed = true }
    }

    func note(_ run: Run.ID, _ count: Int) {
        state.withLock { state in
            try? log?.write(contentsOf: Data("\(run) \(count)\n".utf8))
            state.counts[run] = count
            state.total += 1
            if state.total % state.interval == 0 { state.listener?.yield() }
        }
    }

    /// An element after every so many acknowledgements; those that nobody takes become one.
    func every(_ interval: Int) -> AsyncStream<Void> {
        let (stream, listener) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.listener = listener
            state.interval = interval
        }
        return stream
    }
}
