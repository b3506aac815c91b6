import AgentStream
import Model

/// How a run's course came out, before the work is exported and the last row written.
struct CourseEnding: Error, Hashable, Sendable {
    var state: RunState
    var detail: String?
    /// Whether the executor did not answer any more: it cannot be asked for the agent's work either.
    var executorIsSilent = false

    init(_ state: RunState, _ detail: String? = nil) {
        self.state = state
        self.detail = detail
    }

    static func failed(_ reason: FailureReason, _ detail: String) -> CourseEnding {
        CourseEnding(.failed(reason), detail)
    }
}

/// Judges how a step's agent ended.
enum StepJudgement {
    /// Decides what the end of a step's agent means for the run.
    ///
    /// - Parameters:
    ///   - exit: The exit record.
    ///   - fold: What the agent's lines say.
    ///   - interruption: What the service ended the agent for, if it did.
    ///   - instance: How the runtime says that the instance ended, if it did.
    ///   - policy: What denied tool calls mean.
    /// - Returns: The run's ending; nil when the step succeeded and the next may begin.
    static func ending(
        exit: AgentExitRecord,
        fold: AgentFold,
        interruption: Interruption?,
        instance: InstanceStatus?,
        policy: PermissionPolicy
    ) -> CourseEnding? {
        switch exit.endedBy {
        case .agent, .linger:
            verdict(exit, fold, policy)
        case .startup:
            CourseEnding(.timedOut(.startup), sentence("The agent printed nothing within its start-up limit", exit))
        case .idle:
            CourseEnding(.timedOut(.idle), sentence("The agent fell silent for longer than its idle limit", exit))
        case .total:
            CourseEnding(.timedOut(.total), sentence("The agent took longer than its total limit", exit))
        case .outputLimit:
            .failed(.outputLimit, sentence("The agent printed more than its output limit", exit))
        case .storage:
            .failed(.storage, sentence(exit.detail ?? "What the agent printed could not be stored", exit))
        case .notStarted:
            .failed(.agentStartup, sentence(exit.detail ?? "The agent's program could not be started", exit))
        case .cancel:
            cancelled(fold, interruption)
        case .interrupted:
            interrupted(instance)
        }
    }

    private static func verdict(
        _ exit: AgentExitRecord,
        _ fold: AgentFold,
        _ policy: PermissionPolicy
    ) -> CourseEnding? {
        if let abort = fold.abort { return ending(of: abort) }
        if exit.outOfMemory == true, exit.signal == 9 {
            return .failed(.oomKilled, "The agent was killed because the container had used all its memory.")
        }
        let end: AgentExit =
            if exit.endedBy == .linger { .exited(0) } else if let signal = exit.signal {
                .signalled(Int32(signal))
            } else { .exited(Int32(exit.code ?? 0)) }
        switch fold.verdict(exit: end, policy: VerdictPolicy(failOnPermissionDenied: policy == .fail)) {
        case .succeeded: return nil
        case .failed(let failure):
            var ending = ending(of: failure)
            ending.detail = sentence(failure.detail, exit)
            return ending
        }
    }

    private static func cancelled(_ fold: AgentFold, _ interruption: Interruption?) -> CourseEnding {
        if let interruption { return interruption.ending }
        if let abort = fold.abort { return ending(of: abort) }
        return CourseEnding(.cancelled, "The agent was ended by a call to its executor.")
    }

    /// The ending when how the agent ended is not known.
    static func interrupted(_ instance: InstanceStatus?) -> CourseEnding {
        switch instance {
        case .ended(_, outOfMemory: true):
            .failed(.oomKilled, "The instance was killed because it used all its memory.")
        case .ended(let code, outOfMemory: false):
            .failed(.containerExited, "The instance ended by itself with code \(code).")
        case .running, .gone, nil:
            CourseEnding(
                .lost,
                "The executor was gone before the agent ended: the prompt may have been delivered, and how it ended "
                    + "cannot be known."
            )
        }
    }

    private static func ending(of failure: AgentFailure) -> CourseEnding {
        let reason = FailureReason(rawValue: failure.reason.rawValue) ?? .agentError
        return .failed(reason, failure.detail)
    }

    /// A sentence with what the agent last wrote to standard error.
    private static func sentence(_ text: String, _ exit: AgentExitRecord) -> String {
        let lines = exit.stderr.split(whereSeparator: \.isNewline)
        let tail = lines.suffix(3).joined(separator: " / ").prefix(500)
        let full = text.hasSuffix(".") ? text : "\(text)."
        return tail.isEmpty ? full : "\(full) Standard error: \(tail)"
    }
}
