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
            try await store.append(batch.lines, to: execution, exit: batch.exit, line: line, limit: transcriptLimit)
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

    /// How much is stored now; on a full disk the room that was put by is not for messages.
    private var transcriptLimit: TranscriptLimit {
        if store.isOutOfRoom {
            return TranscriptLimit(
                bytes: 0,
                notice: Notice.message("The disk with the service's state is full: further messages are not stored.")
            )
        }
        let bytes = settings.transcriptBytes
        return TranscriptLimit(
            bytes: bytes,
            notice: Notice.message(
                "The run's messages have reached \(bytes) bytes (limits.transcript_bytes): further ones are not stored. "
                    + "The run goes on."
            )
        )
    }

    /// What the lines of an execution that were taken say, all of them.
    ///
    /// Those that are not stored are in its spool, which is there until the run has ended.
    func foldTaken(_ execution: Execution) async throws -> AgentFold {
        if execution.unstored > 0, let fold = try await foldSpool(execution) { return fold }
        return try await store.foldMessages(of: execution, into: AgentFold()) { fold, message in
            if message.kind != .cut { fold.take(message.body) }
        }
    }

    /// Nil when the spool does not have all that was taken.
    private func foldSpool(_ execution: Execution) async throws -> AgentFold? {
        var fold = AgentFold()
        var taken = 0
        do {
            for try await group in try await runtime.spool(execution.runID, execution.id, after: 0) {
                for frame in group where taken < execution.line {
                    taken += 1
                    if case .line(let bytes) = frame { fold.take(bytes) }
                }
                if taken == execution.line { return fold }
            }
        } catch is RuntimeError {}
        return taken == execution.line ? fold : nil
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
