import Model
import Store

/// Runs that live and end in a store, so many at the same time; each change of theirs is one write, and one line of the log.
struct RunLives {
    static let changes = 4

    private let store: Store
    private let task: AgentTask
    private let runs: Int

    init(_ folder: String, runs: Int, _ teller: Teller?) async throws {
        store = try Store(folder: folder, clock: SystemWallClock())
        self.runs = runs
        let content = TaskContent(name: "t", steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
        task = try await store.createTask(content)
        teller?.listen(to: store)
    }

    /// Measures changes rather than messages.
    func measure(count: Int) async throws -> Measurement {
        let lives = max(1, count / Self.changes / runs)
        let processor = Measurement.processorSeconds
        let begin = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<runs {
                group.addTask {
                    var times: [Double] = []
                    for _ in 0..<lives { times += try await live() }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let measurement = Measurement(
            messages: times.count,
            seconds: (ContinuousClock.now - begin).seconds,
            processorSeconds: Measurement.processorSeconds - processor,
            times: times
        )
        try await store.close()
        return measurement
    }

    private func live() async throws -> [Double] {
        var times: [Double] = []
        var last = ContinuousClock.now
        func note() {
            times.append((ContinuousClock.now - last).seconds)
            last = .now
        }
        let new = NewRun(task: task.slug, repository: "https://host/r", ref: nil, priority: nil)
        let run = try await store.createRun(new)
        note()
        // The others may admit it as well.
        _ = try await store.admitRuns(caps: Admission.Caps(global: 1000), runtime: .process)
        note()
        try await store.moveRun(run.id, to: .running)
        note()
        try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        note()
        return times
    }
}
