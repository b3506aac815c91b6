import AgentStream
import Model
import Store

extension Store {
    /// A task with one step.
    func someTask(_ name: String = "Some task") async throws -> AgentTask {
        let steps = [Step(instructions: "Do it", checks: "")]
        return try await createTask(TaskContent(name: name, steps: steps, settings: TaskSettings()))
    }

    /// A queued run.
    func someRun(_ name: String = "Some task", repository: String = "owner/name") async throws -> Run {
        let task = try await someTask(name)
        return try await createRun(NewRun(task: task.slug, repository: repository, ref: nil, priority: nil))
    }

    /// A run whose agent is at work.
    func runningRun() async throws -> Run {
        let id = try await someRun().id
        _ = try await admitRuns(caps: Admission.Caps(global: 1000), runtime: .process)
        try await moveRun(id, to: .running)
        return try await run(id)
    }

    /// Appends lines of the agent to a run's first step.
    func append(_ lines: [IngestedLine], to run: Run.ID) async throws {
        let execution = try await execution(of: run, step: 0)
        try await append(lines, to: execution, exit: nil, line: execution.line + lines.count)
    }

    /// Appends messages `first...last`, whose bodies tell their numbers.
    func appendMessages(_ numbers: ClosedRange<Int>, to run: Run.ID) async throws {
        try await append(numbers.map { .message(.numbered($0)) }, to: run)
    }

    func succeed(_ run: Run.ID) async throws {
        try await finishRun(run, RunEnding(state: .succeeded(nil), detail: nil))
    }
}

extension NewMessage {
    static func numbered(_ number: Int) -> NewMessage {
        let body = #"{"type":"assistant","message":{"role":"assistant","content":[]},"number":\#(number)}"#
        return NewMessage(kind: .assistant, body: Array(body.utf8))
    }
}
