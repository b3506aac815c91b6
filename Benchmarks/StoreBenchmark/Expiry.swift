import Foundation
import Model
import Store
import Synchronization

/// Measures how long others wait while what has expired is removed: the commits, and lone writes meanwhile.
final class Expiry: Sendable {
    private let store: Store
    private let runs: Int
    private let commits = Mutex<[Double]>([])

    init(_ folder: String, runs: Int) throws {
        store = try Store(folder: folder, clock: SystemWallClock())
        self.runs = runs
    }

    /// Fills a store with messages of ended runs, removes them, and answers in words.
    func measure(messages: Int) async throws -> String {
        let present = try await fill(messages)
        store.writer.report(to: { [self] report in commits.withLock { $0.append(report.took.seconds * 1000) } })
        let began = ContinuousClock.now
        let waits = try await withThrowingTaskGroup(of: [Double].self) { group in
            group.addTask { [self] in
                try await remove()
                return []
            }
            let isDone = Atomic(false)
            group.addTask { [self] in try await write(to: present, until: { isDone.load(ordering: .relaxed) }) }
            _ = try await group.next()
            isDone.store(true, ordering: .relaxed)
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let took = began.duration(to: .now).seconds
        let vacuumed = commits.withLock(\.count)
        while try await store.giveBackRoom() {}
        let all = commits.withLock { $0 }
        try await store.close()
        return String(
            format: """
                expiry of %d messages: %.1f s with pauses, %d commits, longest %.1f ms; a lone write beside it waits \
                %.1f ms (p50) and %.1f ms at most; giving room back: %d commits, longest %.1f ms
                """,
            messages,
            took,
            vacuumed,
            all[..<vacuumed].max() ?? 0,
            waits.sorted()[waits.count / 2],
            waits.max() ?? 0,
            all.count - vacuumed,
            all[vacuumed...].max() ?? 0
        )
    }

    private func remove() async throws {
        let limit = store.clock.now + .seconds(1)
        while true {
            let began = ContinuousClock.now
            guard try await !store.removeTranscripts(ofRunsEndedBefore: limit).isNothing else { return }
            try await Task.sleep(for: began.duration(to: .now))
        }
    }

    /// Notices of a run that is on, one after the other, and how long each took in milliseconds.
    private func write(to run: Run.ID, until isDone: @escaping @Sendable () -> Bool) async throws -> [Double] {
        var waits: [Double] = [0]
        while !isDone() {
            let began = ContinuousClock.now
            try await store.appendNotice(Array("{\"n\":\(waits.count)}".utf8), to: run, step: 0)
            waits.append(began.duration(to: .now).seconds * 1000)
            try await Task.sleep(for: .milliseconds(5))
        }
        return waits
    }

    /// Answers a run that has not ended.
    private func fill(_ messages: Int) async throws -> Run.ID {
        let content = TaskContent(name: "t", steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
        let task = try await store.createTask(content)
        for _ in 0...runs {
            _ = try await store.createRun(
                NewRun(task: task.slug, repository: "https://host/r", ref: nil, priority: nil)
            )
        }
        let all = try await store.admitRuns(caps: Admission.Caps(global: runs + 1), runtime: .process)
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: StoreBenchmark.bodyBytes)
        let lines = [IngestedLine](repeating: .message(NewMessage(kind: .assistant, body: body)), count: 500)
        for run in all.dropLast() {
            try await store.moveRun(run.id, to: .running)
            var execution = try await store.execution(of: run.id, step: 0)
            for _ in 0..<max(1, messages / runs / lines.count) {
                let next = execution.line + lines.count
                try await store.append(lines, to: execution, exit: nil, line: next)
                execution.line = next
            }
            try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        }
        return all[runs].id
    }
}
