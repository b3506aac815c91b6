import AgentStream
import Logging
import Model
import Store

/// One step of a run: its execution from the row to the verdict.
struct RunStep: Sendable {
    /// What the step came to.
    struct Outcome: Sendable {
        /// The run's ending; nil when the next step may begin.
        var ending: CourseEnding?
        var usage: AgentUsage?
    }

    /// How long after the executor was asked to end an agent its exit record is waited for.
    private static let patience = Duration.seconds(30)

    let run: Run
    let task: AgentTask
    let step: Int
    let parts: CourseParts
    let watch: InterruptionWatch

    func perform() async throws -> Outcome {
        let isNew = try await !parts.store.executions(of: run.id).contains { $0.step == step }
        // A prompt is not delivered any more once the run is to end.
        if isNew, let interruption = try await interruption() {
            return Outcome(ending: CourseEnding(interruption.state))
        }
        let execution = try await parts.store.execution(of: run.id, step: step)
        try await parts.failpoints.reach(.executionRow)
        let fold = try await parts.store.foldMessages(of: execution, into: AgentFold()) { fold, message in
            if message.kind != .cut { fold.take(message.body) }
        }
        if let exit = execution.exit { return try await judge(exit, fold, instance: nil) }
        try await parts.store.appendNotice(Notice.message("Executing prompt..."), to: run.id, step: step)
        try await parts.store.setInstance(of: run.id, to: .executing)
        try await parts.failpoints.reach(.execute)
        let relayed: Relay.Outcome?
        do {
            relayed = try await relay(execution, fold)
        } catch let error as RuntimeError where error.code == .refused && isNew {
            return Outcome(ending: .failed(.agentStartup, error.message), usage: fold.usage)
        }
        try await parts.store.setInstance(of: run.id, to: .idle)
        try await parts.failpoints.reach(.stepEnded)
        guard let relayed else {
            let interruption = try await interruption() ?? .deadline
            return Outcome(ending: CourseEnding(interruption.state), usage: fold.usage)
        }
        return try await judge(relayed.exit, relayed.fold, instance: relayed.instance)
    }

    private func judge(
        _ exit: AgentExitRecord,
        _ fold: AgentFold,
        instance: InstanceStatus?
    ) async throws -> Outcome {
        let ending = StepJudgement.ending(
            exit: exit,
            fold: fold,
            interruption: exit.endedBy == .cancel ? try await interruption() : nil,
            instance: instance
        )
        return Outcome(ending: ending, usage: fold.usage)
    }

    /// Why the service ended the agent, told from the run's row and the deadline.
    private func interruption() async throws -> Interruption? {
        if try await parts.store.run(run.id).cancelRequestedAt != nil { return .cancelled }
        return watch.deadline <= .now ? .deadline : nil
    }

    private enum Event: Sendable {
        case ended(Relay.Outcome)
        case interrupted
        case gaveUp
    }

    /// Relays until the agent has ended; nil when it was asked to end and no exit record came.
    private func relay(_ execution: Execution, _ fold: AgentFold) async throws -> Relay.Outcome? {
        let relay = Relay(parts: parts, request: request(execution))
        return try await withThrowingTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask { .ended(try await relay.follow(execution, fold: fold)) }
            group.addTask {
                _ = try await watch.wait()
                return .interrupted
            }
            while let event = try await group.next() {
                switch event {
                case .ended(let outcome): return outcome
                case .gaveUp: return nil
                case .interrupted:
                    group.addTask {
                        try await end(execution)
                        return .gaveUp
                    }
                }
            }
            return nil
        }
    }

    /// Has the agent ended by the executor, and leaves time for its last lines and the exit record.
    private func end(_ execution: Execution) async throws {
        let limit = ContinuousClock.now + Self.patience
        while ContinuousClock.now < limit {
            do {
                try await parts.runtime.cancel(run.id, execution.id)
            } catch let error as RuntimeError {
                // The execution may be about to begin, or the executor to come back: it is asked again.
                parts.logger.notice(
                    "an agent is not yet ended by its executor",
                    metadata: ["run.id": "\(run.id)", "error": "\(error)"]
                )
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func request(_ execution: Execution) -> ExecutionRequest {
        ExecutionRequest(
            id: execution.id,
            prompt: task.steps[step].instructions,
            agent: parts.settings.agent(for: task),
            session: run.session,
            resume: step > 0,
            limits: parts.settings.limits(for: task)
        )
    }
}
