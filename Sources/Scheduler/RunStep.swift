import AgentStream
import Logging
import Model
import Store

/// One step of a run: its execution from the row to the verdict.
struct RunStep: Sendable {
    let run: Run
    let task: AgentTask
    let step: Int
    let parts: CourseParts
    let watch: InterruptionWatch
    /// How the instance had ended by itself before this walk started it again, if it had.
    var instance: InstanceStatus?
    /// How long after the executor was asked to end an agent its exit record is waited for.
    var patience = Duration.seconds(10)

    /// - Returns: The run's ending; nil when the next step may begin.
    func perform() async throws -> CourseEnding? {
        let isNew = try await !parts.store.executions(of: run.id).contains { $0.step == step }
        // A prompt is not delivered any more once the run is to end.
        if isNew, let interruption = try await watch.current() {
            return interruption.ending
        }
        guard let agent = try await agentWithinBudget() else {
            return .failed(.budget, "The steps before this one used up the run's budget.")
        }
        // An execution that was begun needs no agent any more, whatever the configuration says by now.
        guard !isNew || agent.commands[agent.driver]?.isEmpty == false else {
            return .failed(.agentStartup, "The service has no agent for the driver \(agent.driver.rawValue).")
        }
        let execution = try await parts.store.execution(of: run.id, step: step)
        try await parts.failpoints.reach(.executionRow)
        let fold = try await parts.foldTaken(execution)
        if let exit = execution.exit { return try await judge(execution, exit, fold, instance: instance) }
        if !isNew, let interruption = try await watch.current(), try await isUndelivered(execution) {
            return interruption.ending
        }
        try await parts.store.appendNotice(Notice.message("Executing prompt..."), to: run.id, step: step)
        try await parts.store.setInstance(of: run.id, to: .executing)
        tell("run_step_started", "a step begins")
        try await parts.failpoints.reach(.execute)
        let relayed: Relay.Outcome?
        do {
            // What became of the instance before is nothing to an agent that is only now to be started.
            relayed = try await relay(execution, fold, agent, after: isNew ? nil : instance)
        } catch let error as RuntimeError where error.refusal == .storage {
            return .failed(.storage, error.message)
        } catch let error as RuntimeError where error.code == .refused && isNew {
            return .failed(.agentStartup, error.message)
        }
        try await parts.store.setInstance(of: run.id, to: .idle)
        try await parts.failpoints.reach(.stepEnded)
        guard let relayed else {
            if case .judged(let ending) = try await settle() { return ending }
            var ending = (try await watch.current() ?? .deadline).ending
            ending.executorIsSilent = true
            return ending
        }
        return try await judge(execution, relayed.exit, relayed.fold, instance: relayed.instance)
    }

    /// Has an execution ended that a restart found begun; true when no prompt of it ever reached an agent.
    private func isUndelivered(_ execution: Execution) async throws -> Bool {
        guard execution.line == 0 else { return false }
        do {
            try await parts.runtime.cancel(run.id, execution.id)
            return false
        } catch let error as RuntimeError where error.isSilence {
            return try await isUnbegun(execution)
        } catch let error as RuntimeError {
            return error.refusal == .notFound
        }
    }

    /// Whether the run's folder knows nothing of an execution, of which it has a folder before there is an agent.
    private func isUnbegun(_ execution: Execution) async throws -> Bool {
        do {
            _ = try await parts.runtime.spool(run.id, execution.id, after: 0)
            return false
        } catch let error as RuntimeError {
            return error.refusal == .notFound
        }
    }

    /// The agent with what is left of the run's budget; nil when nothing is left.
    private func agentWithinBudget() async throws -> AgentSettings? {
        var agent = parts.settings.agent(for: task)
        guard let budget = agent.options.maxBudgetUSD else { return agent }
        let spent = try await parts.store.executions(of: run.id).filter { $0.step < step }.compactMap(\.usage?.costUSD)
        let left = budget - spent.reduce(0, +)
        // Less than the smallest sum that the command line can tell is nothing.
        guard left >= 1e-6 else { return nil }
        agent.options.maxBudgetUSD = left
        return agent
    }

    /// Logs what becomes of the step.
    func tell(_ event: String, _ text: Logger.Message, reason: String? = nil) {
        var metadata: Logger.Metadata = ["message.id": "\(event)", "run.id": "\(run.id)", "step": "\(step + 1)"]
        metadata["run.reason"] = reason.map { "\($0)" }
        parts.logger.info(text, metadata: metadata)
    }

    private enum Event: Sendable {
        case ended(Relay.Outcome)
        case interrupted
        case gaveUp
    }

    /// Relays until the agent has ended; nil when it was asked to end and no exit record came.
    private func relay(
        _ execution: Execution,
        _ fold: AgentFold,
        _ agent: AgentSettings,
        after earlier: InstanceStatus?
    ) async throws -> Relay.Outcome? {
        let relay = Relay(parts: parts, request: request(execution, agent), earlier: earlier)
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
        let limit = ContinuousClock.now + patience
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

    private func request(_ execution: Execution, _ agent: AgentSettings) -> ExecutionRequest {
        ExecutionRequest(
            id: execution.id,
            prompt: task.steps[step].instructions,
            agent: agent,
            session: run.session,
            resume: step > 0,
            limits: parts.settings.limits(for: task)
        )
    }
}
