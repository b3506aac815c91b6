import AgentStream
import Logging
import Model
import Store

/// What is known of a step's execution and what that means.
extension RunStep {
    /// What is known of a step without its executor.
    enum Evidence: Sendable {
        /// No prompt was delivered.
        case notBegun
        /// Its agent has ended; nil when it succeeded and the next step may begin.
        case judged(CourseEnding?)
        /// How its agent ended cannot be known.
        case unknown
    }

    /// Finds out what is stored of the step, in the database and then in its spool.
    func settle() async throws -> Evidence {
        guard var execution = try await parts.store.executions(of: run.id).first(where: { $0.step == step }) else {
            return .notBegun
        }
        var fold = try await parts.foldTaken(execution)
        if let exit = execution.exit { return .judged(try await judge(execution, exit, fold, instance: instance)) }
        do {
            if let exit = try await parts.takeSpool(&execution, &fold) {
                return .judged(try await judge(execution, exit, fold, instance: instance))
            }
        } catch let error as RuntimeError where error.refusal == .notFound {
            return .notBegun
        }
        try await account(execution, fold)
        return .unknown
    }

    func judge(
        _ execution: Execution,
        _ exit: AgentExitRecord,
        _ fold: AgentFold,
        instance: InstanceStatus?
    ) async throws -> CourseEnding? {
        try await account(execution, fold)
        var ending = StepJudgement.ending(
            exit: exit,
            fold: fold,
            interruption: exit.endedBy == .cancel ? try await watch.current() : nil,
            instance: instance,
            policy: parts.settings.permissionPolicy(for: task)
        )
        if exit.endedBy == .interrupted, let detail = ending?.detail {
            ending?.detail = try await withLastWords(detail)
        }
        if let ending {
            tell("run_step_failed", "a step failed", reason: ending.state.reason ?? ending.state.name.rawValue)
        } else {
            tell("run_step_succeeded", "a step is done")
        }
        return ending
    }

    /// A sentence on an agent of which nobody knows how it ended, with what it said last.
    func withLastWords(_ text: String) async throws -> String {
        guard let execution = try await parts.store.executions(of: run.id).first(where: { $0.step == step }) else {
            return text
        }
        let start: (fold: TranscriptFold, words: String) = (TranscriptFold(), "")
        let words = try await parts.store.foldMessages(of: execution, into: start) { state, message in
            let said = state.fold.entries(of: message).last { $0.parent == nil && $0.words != nil }
            if let said = said?.words { state.words = said.oneLine(limit: 300) }
        }.words
        return words.isEmpty ? text : "\(text) The agent last said: \(words)"
    }

    /// Keeps what the agent used and is.
    private func account(_ execution: Execution, _ fold: AgentFold) async throws {
        // After a restart the partial messages are not there any more, and an estimate would be poorer.
        if execution.usage == nil { try await parts.store.setUsage(fold.usage, of: execution) }
        if execution.agent == nil, fold.identity != AgentIdentity() {
            try await parts.store.setAgent(fold.identity, of: execution)
        }
    }
}
