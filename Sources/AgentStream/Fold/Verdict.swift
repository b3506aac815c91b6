/// What an agent's lines and the end of its process say about its work.
package enum Verdict: Hashable, Sendable {
    /// The note is a sentence for the run's story, when there is something that a reader should know.
    case succeeded(note: String?)
    case failed(AgentFailure)

    package var isSuccess: Bool {
        if case .succeeded = self { true } else { false }
    }

    package var failure: AgentFailure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }
}

/// What a task asks beyond a successful result.
package struct VerdictPolicy: Hashable, Sendable {
    /// A schema was given, so the result must carry a structured output.
    package var wantsStructuredOutput: Bool
    /// A tool call that was denied makes the run fail, although the agent went on without it.
    package var failOnPermissionDenied: Bool

    package init(wantsStructuredOutput: Bool = false, failOnPermissionDenied: Bool = false) {
        self.wantsStructuredOutput = wantsStructuredOutput
        self.failOnPermissionDenied = failOnPermissionDenied
    }
}
