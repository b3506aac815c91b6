import AgentStream
import Logging
import Model
import Store

/// What an executor relays, or has spooled, on its way into the store.
extension CourseParts {
    /// Stores a group of frames and moves the execution's cursor past it; answers the exit record if that is in it.
    func take(
        _ group: [AgentFrame],
        _ execution: inout Execution,
        _ fold: inout AgentFold
    ) async throws -> AgentExitRecord? {
        for batch in Ingestion.batches(of: group, fold: &fold) {
            let line = execution.line + batch.frames
            try await store.append(batch.lines, to: execution, exit: batch.exit, line: line)
            execution.line = line
            if execution.agent == nil, fold.identity != AgentIdentity() {
                execution.agent = fold.identity
                try await store.setAgent(fold.identity, of: execution)
            }
            try await failpoints.reach(.batch)
            if let exit = batch.exit { return exit }
        }
        return nil
    }

    /// Takes the rest of an execution's spool without its executor; nil when there is no exit record either.
    ///
    /// - Throws: `RuntimeError` with the refusal `notFound` when the execution was never begun.
    func takeSpool(_ execution: inout Execution, _ fold: inout AgentFold) async throws -> AgentExitRecord? {
        let frames = try await runtime.spool(execution.runID, execution.id, after: execution.line)
        do {
            for try await group in frames {
                if let exit = try await take(group, &execution, &fold) { return exit }
            }
        } catch let error as RuntimeError {
            logger.notice(
                "a spool ends without an exit record",
                metadata: ["run.id": "\(execution.runID)", "error": "\(error)"]
            )
        }
        return nil
    }
}
