import Foundation
import GRDB
import Model
import OpsMetrics
import Synchronization

@testable import Store

/// A store on a real file in a folder of its own, both gone with this.
final class Scratch: Sendable {
    let folder: String
    let clock = TestClock()
    let store: Store

    init(
        notices: Set<Notice.Event> = [],
        metrics: StoreMetrics? = nil,
        streamMetrics: StreamMetrics? = nil
    ) throws {
        folder = try Self.makeFolder()
        store = try Store(
            folder: folder,
            clock: clock,
            notices: notices,
            metrics: metrics,
            streamMetrics: streamMetrics
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "caretaker-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return folder.path
    }

    /// Larger numbers on request, for a night's run.
    static func count(_ usual: Int, soak: Int) -> Int {
        ProcessInfo.processInfo.environment["CARETAKER_SOAK"] == "1" ? soak : usual
    }

    func makeTask(
        _ name: String = "Tidy up",
        steps: Int = 1,
        settings: TaskSettings = TaskSettings()
    ) async throws -> AgentTask {
        let steps = (0..<steps).map { Step(instructions: "Do part \($0).", checks: "") }
        return try await store.createTask(TaskContent(name: name, steps: steps, settings: settings))
    }

    /// A run in the queue; each is a millisecond younger than the one before.
    func makeRun(
        of task: AgentTask,
        repository: String = "https://example.org/r.git",
        priority: Int? = nil
    ) async throws -> Run {
        clock.advance(by: .milliseconds(1))
        return try await store.createRun(
            NewRun(task: task.id.rawValue, repository: repository, ref: nil, priority: priority)
        )
    }

    /// A run whose agent is at work, with the execution of its first step.
    func makeRunningRun(of task: AgentTask? = nil) async throws -> (run: Run, execution: Execution) {
        let own = if let task { task } else { try await makeTask() }
        let queued = try await makeRun(of: own)
        _ = try await store.admitRuns(caps: Admission.Caps(global: .max), runtime: .process)
        try await store.moveRun(queued.id, to: .running)
        return (try await store.run(queued.id), try await store.execution(of: queued.id, step: 0))
    }

    func finish(_ run: Run, _ state: RunState = .succeeded(nil)) async throws {
        try await store.finishRun(run.id, RunEnding(state: state, detail: nil))
    }

    /// Everything that is stored of a run's story.
    func story(_ run: Run) async throws -> [Message] {
        var messages: [Message] = []
        while true {
            let page = try await store.page(of: run.id, after: messages.last?.seq ?? 0, limit: 1 << 20)
            if page.messages.isEmpty { return messages }
            messages += page.messages
        }
    }

    func value<T: DatabaseValueConvertible & Sendable>(_ type: T.Type, _ sql: String) async throws -> T? {
        try await store.pool.read { try T.fetchOne($0, sql: sql) }
    }
}

extension Store {
    /// Appends lines and answers the execution as it is afterwards.
    func append(_ lines: [IngestedLine], to execution: Execution) async throws -> Execution {
        var next = execution
        next.line += lines.count
        try await append(lines, to: execution, exit: nil, line: next.line)
        return next
    }
}

/// A message whose body tells its number.
func line(_ number: Int, size: Int = 0) -> IngestedLine {
    var body = Array("{\"n\":\(number)}".utf8)
    if body.count < size { body += [UInt8](repeating: 0x20, count: size - body.count) }
    return .message(NewMessage(kind: .assistant, body: body))
}

/// A wall clock that only a test moves.
final class TestClock: WallClock {
    private let instant = Mutex(Timestamp(milliseconds: 1_747_656_000_000))

    var now: Timestamp { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0 + duration }
    }
}
