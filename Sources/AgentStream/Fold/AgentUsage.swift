/// What an agent's work has used and cost.
package struct AgentUsage: Hashable, Sendable, Codable {
    package var inputTokens: Int
    package var outputTokens: Int
    package var cacheReadTokens: Int
    package var cacheCreationTokens: Int
    /// Nil when no program has said it and no price is known.
    package var costUSD: Double?
    /// Whether part of it was used by a process that died before it could account for it: the tokens are then those
    /// seen in its answers, and the cost is their price where the model's price is known.
    package var isEstimated: Bool
    package var turns: Int

    package init(
        inputTokens: Int = 0,
        outputTokens: Int = 0,
        cacheReadTokens: Int = 0,
        cacheCreationTokens: Int = 0,
        costUSD: Double? = nil,
        isEstimated: Bool = false,
        turns: Int = 0
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheCreationTokens = cacheCreationTokens
        self.costUSD = costUSD
        self.isEstimated = isEstimated
        self.turns = turns
    }

    /// The usage of both; sums stop at the largest number, since the figures come from inside the instance.
    package static func + (one: AgentUsage, other: AgentUsage) -> AgentUsage {
        AgentUsage(
            inputTokens: one.inputTokens.addingSaturated(other.inputTokens),
            outputTokens: one.outputTokens.addingSaturated(other.outputTokens),
            cacheReadTokens: one.cacheReadTokens.addingSaturated(other.cacheReadTokens),
            cacheCreationTokens: one.cacheCreationTokens.addingSaturated(other.cacheCreationTokens),
            costUSD: sum(one.costUSD, other.costUSD),
            isEstimated: one.isEstimated || other.isEstimated,
            turns: one.turns.addingSaturated(other.turns)
        )
    }

    package static func += (usage: inout AgentUsage, other: AgentUsage) { usage = usage + other }

    private static func sum(_ one: Double?, _ other: Double?) -> Double? {
        guard let one, let other else { return one ?? other }
        return min(one + other, .greatestFiniteMagnitude)
    }
}

extension AgentUsage {
    /// The counts of a model in `modelUsage` and `model_usage_since_last_result`.
    init(model tree: JSONValue) {
        self.init(
            inputTokens: Self.count(tree["inputTokens"]),
            outputTokens: Self.count(tree["outputTokens"]),
            cacheReadTokens: Self.count(tree["cacheReadInputTokens"]),
            cacheCreationTokens: Self.count(tree["cacheCreationInputTokens"]),
            costUSD: Self.cost(tree["costUSD"])
        )
    }

    /// The counts of a `usage`, in a message or a result.
    init(message tree: JSONValue) {
        self.init(
            inputTokens: Self.count(tree["input_tokens"]),
            outputTokens: Self.count(tree["output_tokens"]),
            cacheReadTokens: Self.count(tree["cache_read_input_tokens"]),
            cacheCreationTokens: Self.count(tree["cache_creation_input_tokens"])
        )
    }

    static func count(_ value: JSONValue?) -> Int { max(value?.int ?? 0, 0) }

    /// A cost that can be added up; anything else counts as not said.
    static func cost(_ value: JSONValue?) -> Double? {
        guard let cost = value?.double, cost.isFinite, cost >= 0 else { return nil }
        return cost
    }
}

extension Int {
    fileprivate func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
