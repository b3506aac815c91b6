/// Takes the lines of one process of an agent and says what it has used; the usage of several processes is their sum.
///
/// `total_cost_usd` and `modelUsage` are no base for sums: with `--resume` they go on from the session's earlier
/// processes, but only if those ended in good order. So:
/// - the tokens and costs in `model_usage_since_last_result` are added up over all results;
/// - if no result of the process has that key (other programs), the tokens in `usage` are added up and the cost is the
///   last `total_cost_usd`, taken as the process's own;
/// - answers after the last result count by their own `usage`, as an estimate with the cost that `ModelPrices` gives them.
package struct UsageFold: Sendable {
    private var exact: AgentUsage?
    private var plain: AgentUsage?
    private var turns = 0
    private var unaccounted = UnaccountedMessages()

    package init() {}

    package var usage: AgentUsage {
        (exact ?? plain ?? AgentUsage()) + AgentUsage(turns: turns) + unaccounted.total
    }

    package mutating func take(_ line: [UInt8]) { take(FoldLine(line)) }

    mutating func take(_ line: FoldLine) {
        guard let tree = line.tree else { return }
        switch line.kind {
        case .result: takeResult(tree)
        case .assistant: takeMessage(tree["message"], isTurn: line.isMainLoop)
        case .streamEvent: takeDelta(tree)
        default: break
        }
    }

    private mutating func takeResult(_ tree: JSONValue) {
        turns = (AgentUsage(turns: turns) + AgentUsage(turns: AgentUsage.count(tree["num_turns"]))).turns
        unaccounted = UnaccountedMessages()
        if let models = tree["model_usage_since_last_result"]?.object {
            let before = (exact ?? AgentUsage()) + AgentUsage(costUSD: models.isEmpty ? 0 : nil)
            exact = models.reduce(before) { $0 + AgentUsage(model: $1.value) }
            return
        }
        let cost = AgentUsage.cost(tree["total_cost_usd"]) ?? plain?.costUSD
        plain = (plain ?? AgentUsage()) + AgentUsage(message: tree["usage"] ?? .null)
        plain?.costUSD = cost
    }

    private mutating func takeMessage(_ message: JSONValue?, isTurn: Bool) {
        guard let message, let id = message["id"]?.string, let usage = message["usage"],
            message["model"]?.string != "<synthetic>"
        else { return }
        unaccounted.take(
            id: id,
            model: message["model"]?.string,
            usage: AgentUsage(message: usage),
            isTurn: isTurn
        )
    }

    /// Takes the final counts of a message; the lines with its blocks still have those of its beginning.
    private mutating func takeDelta(_ tree: JSONValue) {
        guard let id = tree["api_message_id"]?.string, let event = tree["event"],
            event["type"]?.string == "message_delta", let usage = event["usage"]
        else { return }
        unaccounted.take(id: id, model: nil, usage: AgentUsage(message: usage), isTurn: false)
    }
}
