/// How a turn ended, in the agent's own words; what the run's end is, the service decides.
package struct ResultReport: Hashable, Sendable {
    package let isSuccess: Bool
    /// Whether it is the result of a background task, which says nothing about the prompt.
    package let isOfBackgroundTask: Bool
    package let subtype: String?
    package let terminalReason: String?
    /// Why it failed, as a sentence; empty after a success.
    package let failure: String
    /// The agent's last words; nil when they only repeat its last text or what it gave as data.
    package let text: ShownText?
    /// What the agent was asked to give as data, as JSON.
    package let structuredOutput: ShownText?
    package let errors: BoundedList<String>
    package let denials: BoundedList<PermissionDenial>
    /// Of the session so far, not of this turn alone.
    package let costUSD: Double?
    package let turns: Int
    package let milliseconds: Int?
    package let apiMilliseconds: Int?
    package let usage: AgentUsage

    init(_ tree: JSONValue, lastText: ShownText?) {
        let result = AgentResult(authoritative: tree)
        isOfBackgroundTask = result == nil
        isSuccess = result?.claimsSuccess ?? (tree["is_error"]?.bool == false)
        subtype = tree.word("subtype")
        terminalReason = tree.word("terminal_reason")
        failure = isSuccess ? "" : result?.detail(after: nil) ?? "The background task failed"
        let said = tree.text("result")
        let isRepetition = said.map { said in lastText.map(said.isSame) ?? false } ?? false
        structuredOutput = tree["structured_output"].flatMap { $0.isNull ? nil : ShownText(prettyJSON: $0) }
        text = isRepetition || structuredOutput != nil ? nil : said
        errors = BoundedList(words: tree["errors"])
        denials = BoundedList(tree["permission_denials"]?.array ?? []) { PermissionDenial($0) }
        costUSD = AgentUsage.cost(tree["total_cost_usd"])
        turns = AgentUsage.count(tree["num_turns"])
        milliseconds = tree.count("duration_ms")
        apiMilliseconds = tree.count("duration_api_ms")
        usage = tree["usage"].map { AgentUsage(message: $0) } ?? AgentUsage()
    }
}
