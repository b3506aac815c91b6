/// Takes an agent's lines one by one and says, when its process has ended, whether it did its work.
///
/// The last result that is not a background task's decides. An exit status of 0 alone proves nothing: an interrupted
/// agent exits with 0, and so does one whose tools were all denied.
package struct VerdictFold: Sendable {
    private var hasLines = false
    private var result: AgentResult?
    /// The API's last trouble, as long as no proper answer has followed.
    private var trouble: APITrouble?

    package init() {}

    package mutating func take(_ line: [UInt8]) { take(FoldLine(line)) }

    mutating func take(_ line: FoldLine) {
        if line.isBlank { return }
        hasLines = true
        switch line.kind {
        case .result:
            if let tree = line.tree, let authoritative = AgentResult(authoritative: tree) { result = authoritative }
        case .assistant where line.isMainLoop: trouble = line.apiTrouble
        case .system where line.subtype == "api_retry": trouble = line.apiTrouble
        default: break
        }
    }

    package func verdict(exit: AgentExit, policy: VerdictPolicy) -> Verdict {
        guard let result else { return .failed(failureWithoutResult(exit)) }
        guard result.claimsSuccess else {
            return .failed(AgentFailure(result.reason(after: trouble), result.detail(after: trouble)))
        }
        guard exit.isSuccess else {
            return .failed(AgentFailure(.agentError, "The agent \(exit) after it had reported success"))
        }
        let denied = "\(result.denials) tool call\(result.denials == 1 ? " was" : "s were") denied"
        if policy.failOnPermissionDenied, result.denials > 0 {
            return .failed(AgentFailure(.permissionDenied, denied))
        }
        if policy.wantsStructuredOutput, !result.hasStructuredOutput {
            return .failed(AgentFailure(.agentError, "The agent ended without the structured output it was asked for"))
        }
        return .succeeded(note: result.denials > 0 ? denied : nil)
    }

    /// The failure that this line makes certain, so that nobody need wait for the rest.
    ///
    /// The agent repeats a request with refused credentials for more than three minutes.
    package static func shouldAbortNow(_ line: [UInt8]) -> AgentFailure? { abort(for: FoldLine(line)) }

    static func abort(for line: FoldLine) -> AgentFailure? {
        guard line.kind == .system, line.subtype == "api_retry", let trouble = line.apiTrouble,
            trouble.status == 401 || trouble.status == 403
        else { return nil }
        return AgentFailure(.authentication, trouble.sentence)
    }

    private func failureWithoutResult(_ exit: AgentExit) -> AgentFailure {
        if exit.isSuccess, trouble?.reason == nil {
            return AgentFailure(.agentError, "The agent ended without a result")
        }
        guard hasLines else { return AgentFailure(.agentStartup, "The agent \(exit) before it printed a line") }
        guard let trouble, let reason = trouble.reason else {
            return AgentFailure(.agentError, "The agent \(exit) without a result")
        }
        return AgentFailure(reason, "\(trouble.sentence); the agent \(exit) without a result")
    }
}
