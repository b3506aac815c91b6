import Model
import Store

/// Running runs in a store, whose relays append as they would.
struct StoredRuns {
    private let store: Store
    private let workload: Workload
    private let executions: [Execution]

    init(_ folder: String, _ workload: Workload, _ teller: Teller? = nil) async throws {
        store = try Store(folder: folder, clock: SystemWallClock())
        self.workload = workload
        let content = TaskContent(name: "t", steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
        let task = try await store.createTask(content)
        for _ in 0..<workload.runs {
            let new = NewRun(task: task.slug, repository: "https://host/r", ref: nil, priority: nil)
            _ = try await store.createRun(new)
        }
        var executions: [Execution] = []
        for run in try await store.admitRuns(caps: Admission.Caps(global: workload.runs), runtime: .process) {
            try await store.moveRun(run.id, to: .running)
            executions.append(try await store.execution(of: run.id, step: 0))
        }
        self.executions = executions
        teller?.listen(to: store)
    }

    func measure(count: Int) async throws -> Measurement {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: StoreBenchmark.bodyBytes)
        let batch = [IngestedLine](
            repeating: .message(NewMessage(kind: .assistant, body: body)),
            count: workload.lines
        )
        let turns = max(1, count / workload.lines / workload.runs)
        let processor = Measurement.processorSeconds
        let begin = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for execution in executions {
                group.addTask { try await append(batch, to: execution, turns: turns) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let measurement = Measurement(
            messages: turns * workload.lines * workload.runs,
            seconds: (ContinuousClock.now - begin).seconds,
            processorSeconds: Measurement.processorSeconds - processor,
            times: times
        )
        try await store.close()
        return measurement
    }

    private func append(_ batch: [IngestedLine], to start: Execution, turns: Int) async throws -> [Double] {
        var execution = start
        var times: [Double] = []
        for _ in 0..<turns {
            let begin = ContinuousClock.now
            let next = execution.line + batch.count
            try await store.append(batch, to: execution, exit: nil, line: next)
            execution.line = next
            times.append((ContinuousClock.now - begin).seconds)
        }
        return times
    }
}
