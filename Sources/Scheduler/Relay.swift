import AgentStream
import Logging
import Model
import Store

/// Takes an execution's frames into the store until its exit record, through lost connections and restarts.
struct Relay: Sendable {
    /// What is known when the agent has ended.
    struct Outcome: Sendable {
        var exit: AgentExitRecord
        var fold: AgentFold
        /// How the runtime says that the instance ended, if it did before the agent.
        var instance: InstanceStatus?
    }

    let parts: CourseParts
    let request: ExecutionRequest
    /// How the instance had ended by itself before this walk started it again, if it had.
    let earlier: InstanceStatus?

    func follow(_ start: Execution, fold: AgentFold) async throws -> Outcome {
        var execution = start
        var fold = fold
        var instance = earlier
        var pause = Duration.milliseconds(20)
        while true {
            let before = execution.line
            do {
                if let exit = try await takeFrames(&execution, &fold) {
                    return Outcome(exit: exit, fold: fold, instance: instance)
                }
            } catch let error as RuntimeError where error.isSilence {
                parts.logger.notice(
                    "the executor's stream was lost",
                    metadata: ["run.id": "\(execution.runID)", "error": "\(error)"]
                )
            }
            if execution.line > before { pause = .milliseconds(20) }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(2))
            instance = try await revive(execution.runID) ?? instance
        }
    }

    /// Starts an instance that ended again, so that its executor tells what it knows; answers how it had ended.
    private func revive(_ run: Run.ID) async throws -> InstanceStatus? {
        try await parts.whenAvailable(run) {
            let status = try await parts.runtime.status(run)
            guard status != .running else { return nil }
            let container = try await parts.runtime.start(run)
            try await parts.store.setInstance(of: run, to: .executing, container: container)
            return status
        }
    }

    private func takeFrames(_ execution: inout Execution, _ fold: inout AgentFold) async throws -> AgentExitRecord? {
        let frames = try await parts.runtime.execute(execution.runID, request, after: execution.line)
        for try await group in frames {
            if let exit = try await parts.take(group, &execution, &fold) { return exit }
            if fold.abort != nil { try? await parts.runtime.cancel(execution.runID, execution.id) }
        }
        return nil
    }
}
