/// The answers since the last result, so that a process which dies without one does not count as free.
///
/// A message comes in several lines with one id and growing counts. The ids of the last 1024 messages are kept, as
/// hashes; the counts of older ones are only in the sum, so memory is bounded.
struct UnaccountedMessages: Sendable {
    private static let capacity = 1024

    private struct Message {
        var usage = AgentUsage()
        var prices: ModelPrices?
        var cost: Double { prices?.cost(of: usage) ?? 0 }
    }

    private var known: [Int: Message] = [:]
    private var order: [Int] = []
    private var oldest = 0
    private(set) var total = AgentUsage()

    /// Takes the counts that a line gives for a message; of several lines for one message the largest counts hold.
    ///
    /// - Parameters:
    ///   - id: The message's id.
    ///   - model: The model's name, if the line has it.
    ///   - usage: The counts.
    ///   - isTurn: Whether the message is a turn of the main loop.
    mutating func take(id: String, model: String?, usage: AgentUsage, isTurn: Bool) {
        let key = id.hashValue
        let message = known[key]
        if message == nil { remember(key) }
        let now = Self.largest(message?.usage ?? AgentUsage(), usage, isTurn: isTurn)
        let priced = Message(usage: now, prices: message?.prices ?? model.flatMap(ModelPrices.of))
        known[key] = priced
        if priced.prices != nil { total.costUSD = (total.costUSD ?? 0) + priced.cost - (message?.cost ?? 0) }
        let before = message?.usage
        total.inputTokens = Self.moved(total.inputTokens, before?.inputTokens, now.inputTokens)
        total.outputTokens = Self.moved(total.outputTokens, before?.outputTokens, now.outputTokens)
        total.cacheReadTokens = Self.moved(total.cacheReadTokens, before?.cacheReadTokens, now.cacheReadTokens)
        total.cacheCreationTokens = Self.moved(
            total.cacheCreationTokens,
            before?.cacheCreationTokens,
            now.cacheCreationTokens
        )
        total.turns = Self.moved(total.turns, before?.turns, now.turns)
        total.isEstimated = total.isEstimated || usage != AgentUsage()
    }

    private mutating func remember(_ key: Int) {
        if order.count < Self.capacity {
            order.append(key)
            return
        }
        known[order[oldest]] = nil
        order[oldest] = key
        oldest = (oldest + 1) % Self.capacity
    }

    private static func largest(_ one: AgentUsage, _ other: AgentUsage, isTurn: Bool) -> AgentUsage {
        AgentUsage(
            inputTokens: max(one.inputTokens, other.inputTokens),
            outputTokens: max(one.outputTokens, other.outputTokens),
            cacheReadTokens: max(one.cacheReadTokens, other.cacheReadTokens),
            cacheCreationTokens: max(one.cacheCreationTokens, other.cacheCreationTokens),
            turns: max(one.turns, isTurn ? 1 : 0)
        )
    }

    /// The sum after one addend has grown; it stops at the largest number.
    private static func moved(_ sum: Int, _ before: Int?, _ now: Int) -> Int {
        let (moved, overflow) = sum.addingReportingOverflow(now - (before ?? 0))
        return overflow ? .max : moved
    }
}
