/// What a `result` line says about the work, without the rest of the line.
struct AgentResult: Hashable, Sendable {
    let subtype: String?
    let isError: Bool?
    let terminalReason: String?
    let apiStatus: Int?
    let startupFailure: String?
    let hasStructuredOutput: Bool
    let denials: Int
    /// The agent's last words or its errors, on one line and safe to show.
    let message: String

    /// Nil for the result of a background task, which says nothing about our prompt.
    ///
    /// After a run that died with a background shell, the next one even starts with such a result, a success with no
    /// turns, before it has read the prompt.
    init?(authoritative tree: JSONValue) {
        if tree["origin"]?["kind"]?.string == "task-notification" { return nil }
        subtype = tree["subtype"]?.string
        isError = tree["is_error"]?.bool
        terminalReason = tree["terminal_reason"]?.string
        apiStatus = tree["api_error_status"]?.int
        startupFailure = tree["startup_failure_reason"]?.string
        hasStructuredOutput = tree["structured_output"].map { !$0.isNull } ?? false
        denials = tree["permission_denials"]?.array?.count ?? 0
        message = Self.message(of: tree)
    }

    /// Whether the result claims success; `terminal_reason` is absent in results of simpler programs.
    var claimsSuccess: Bool {
        subtype == "success" && isError == false && (terminalReason ?? "completed") == "completed"
    }

    /// The one of our reasons that a failed result gives, `agent_error` if nothing more exact is known.
    func reason(after trouble: APITrouble?) -> AgentFailure.Reason {
        if startupFailure != nil { return .agentStartup }
        if subtype == "error_max_turns" || terminalReason == "max_turns" { return .maxTurns }
        if subtype == "error_max_budget_usd" || terminalReason == "budget_exhausted" { return .budget }
        return APITrouble(status: apiStatus ?? trouble?.status, error: trouble?.error).reason ?? .agentError
    }

    /// The sentence for a failed result.
    func detail(after trouble: APITrouble?) -> String {
        let trouble = APITrouble(status: apiStatus ?? trouble?.status, error: trouble?.error)
        let beginning =
            switch reason(after: trouble) {
            case .agentStartup: "The agent could not start (\(VisibleText.oneLine(startupFailure ?? "", limit: 60)))"
            case .maxTurns: "The agent used up its turns"
            case .budget: "The agent used up its budget"
            case .agentError where terminalReason != "api_error": "The agent ended with an error (\(word))"
            default: trouble.sentence
            }
        return message.isEmpty ? beginning : "\(beginning): \(message)"
    }

    private var word: String {
        let said = terminalReason == nil || terminalReason == "completed" ? subtype : terminalReason
        return VisibleText.oneLine(said ?? "no subtype", limit: 60)
    }

    private static func message(of tree: JSONValue) -> String {
        let errors = tree["errors"]?.array?.prefix(8).compactMap(\.string) ?? []
        return VisibleText.oneLine(tree["result"]?.string ?? errors.joined(separator: "; "), limit: 400)
    }
}
