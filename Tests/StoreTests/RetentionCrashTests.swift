import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// The upkeep when the service is killed in the middle of it.
@Suite(.timeLimit(.minutes(5)))
struct RetentionCrashTests {
    @Test(.serialized, arguments: 0..<Scratch.count(5, soak: 60))
    func killedInTheMiddleTheRestGoesWithTheNextPass(_ round: Int) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
            let store = try Store(folder: folder, clock: TestClock())
            try await Self.fill(store)
            let limit = store.clock.now + .seconds(1)
            var steps = 0
            while true {
                // Some of it without its acknowledgement.
                if steps == 1 + round * 2 {
                    async let last = store.removeRuns(.endedBefore(limit))
                    if round % 2 == 0 { _ = try await last }
                    kill(getpid(), SIGKILL)
                }
                _ = try await store.removeRuns(.endedBefore(limit))
                steps += 1
            }
        }
        let store = try Store(folder: folder, clock: TestClock())
        let pool = store.pool
        #expect(try await pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        let strays = try await pool.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check").count }
        #expect(strays == 0)
        // Every run is there, or its folder is listed.
        let count = "SELECT (SELECT count(*) FROM run) + (SELECT count(*) FROM expiredFolder)"
        #expect(try await pool.read { try Int.fetchOne($0, sql: count) } == 8)
        while try await !store.removeRuns(.endedBefore(store.clock.now + .seconds(1))).isNothing {}
        #expect(try await store.expiredFolders(limit: 99).count == 8)
        #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") } == 0)
        #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT succeeded FROM taskFigures") } == 8)
        try await store.close()
    }

    private static func fill(_ store: Store) async throws {
        let content = TaskContent(name: "t", steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
        let task = try await store.createTask(content)
        for _ in 0..<8 {
            _ = try await store.createRun(NewRun(task: task.slug, repository: "r", ref: nil, priority: nil))
        }
        for run in try await store.admitRuns(caps: Admission.Caps(global: 8), runtime: .process) {
            try await store.moveRun(run.id, to: .running)
            let execution = try await store.execution(of: run.id, step: 0)
            _ = try await store.append((0..<500).map { line($0, size: 900) }, to: execution)
            try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        }
    }
}
