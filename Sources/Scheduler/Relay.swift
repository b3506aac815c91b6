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

    func follow(_ start: Execution, fold: AgentFold) async throws -> Outcome {
        var execution = start
        var fold = fold
        var instance: InstanceStatus?
        var pause = Duration.milliseconds(20)
        while true {
            let before = execution.line
            do {
                if let exit = try await takeFrames(&execution, &fold) {
                    return Outcome(exit: exit, fold: fold, instance: instance)
                }
            } catch let error as RuntimeError where error.code == .unreachable {
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
            try await parts.runtime.start(run)
            return status
        }
    }

    private func takeFrames(_ execution: inout Execution, _ fold: inout AgentFold) async throws -> AgentExitRecord? {
        let frames = try await parts.runtime.execute(execution.runID, request, after: execution.line)
        for try await group in frames {
            for batch in Ingestion.batches(of: group, fold: &fold) {
                let line = execution.line + batch.frames
                try await parts.store.append(batch.lines, to: execution, exit: batch.exit, line: line)
                execution.line = line
                if execution.agent == nil, fold.identity != AgentIdentity() {
                    execution.agent = fold.identity
                    try await parts.store.setAgent(fold.identity, of: execution)
                }
                try await parts.failpoints.reach(.batch)
                if let exit = batch.exit { return exit }
            }
            if fold.abort != nil { try? await parts.runtime.cancel(execution.runID, execution.id) }
        }
        return nil
    }
}
