extension LineText {
    static func system(_ tree: JSONValue) -> String? {
        switch tree["subtype"]?.string {
        case "init": "Session \(word(tree["session_id"])) with \(word(tree["model"]))"
        case "api_retry": retry(tree)
        case "model_fallback": tree["content"]?.string ?? "Went on with \(word(tree["fallback_model"]))"
        case "permission_denied": "Denied \(word(tree["tool_name"])): \(word(tree["message"]))"
        case "compact_boundary": "The conversation was compacted"
        case "task_notification": "Task \(word(tree["status"])): \(word(tree["summary"]))"
        default: nil
        }
    }

    static func result(_ tree: JSONValue) -> String {
        let result = AgentResult(authoritative: tree)
        let turns = AgentUsage.count(tree["num_turns"])
        let cost = AgentUsage.cost(tree["total_cost_usd"]).map { ", session cost \(dollars($0))" } ?? ""
        let end = "after \(turns) turn\(turns == 1 ? "" : "s")\(cost)"
        guard let result else { return "Background task ended \(end)" }
        if result.claimsSuccess { return "Succeeded \(end)" }
        return "Failed \(end). \(result.detail(after: nil))"
    }

    static func rateLimit(_ tree: JSONValue) -> String? {
        guard let information = tree["rate_limit_info"], let status = information["status"]?.string,
            status != "allowed"
        else { return nil }
        return "Rate limit \(word(information["rateLimitType"])): \(VisibleText.oneLine(status))"
    }

    private static func retry(_ tree: JSONValue) -> String {
        let attempt = "Retry \(AgentUsage.count(tree["attempt"])) of \(AgentUsage.count(tree["max_retries"]))"
        let status = tree["error_status"]?.int.map { "status \($0)" } ?? "no answer"
        return "\(attempt) after \(status) (\(word(tree["error"])))"
    }

    private static func word(_ value: JSONValue?) -> String { VisibleText.oneLine(value?.string ?? "?") }

    /// A cost in dollars with four digits, more than which no reader needs.
    private static func dollars(_ cost: Double) -> String {
        guard cost < 1e12 else { return "over $1e12" }
        let units = Int((cost * 10_000).rounded())
        let fraction = String(units % 10_000)
        return "$\(units / 10_000).\(String(repeating: "0", count: 4 - fraction.utf8.count))\(fraction)"
    }
}
