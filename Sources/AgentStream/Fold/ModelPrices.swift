/// What a model's tokens cost, in US dollars per million; for estimates only, where the agent did not live to say.
///
/// The figures are those of the catalogue in Claude Code 2.1.330. The dearer rates of very long prompts and of caches
/// kept for an hour are left out. The table is also the service's only list of models.
package struct ModelPrices: Hashable, Sendable {
    let input: Double
    let output: Double
    let cacheRead: Double
    let cacheWrite: Double

    private init(_ input: Double, _ output: Double, cacheRead: Double) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        cacheWrite = input * 1.25
    }

    /// The prices of a model by the name that its answers carry, such as `claude-sonnet-4-5-20250929`; nil if unknown.
    static func of(_ model: String) -> ModelPrices? {
        table[model] ?? table[withoutDate(model)]
    }

    /// The models that are known, sorted.
    package static var models: [String] { table.keys.sorted() }

    /// What a message's tokens cost.
    func cost(of usage: AgentUsage) -> Double {
        let parts = [
            (usage.inputTokens, input), (usage.outputTokens, output), (usage.cacheReadTokens, cacheRead),
            (usage.cacheCreationTokens, cacheWrite),
        ]
        return parts.reduce(0) { $0 + Double($1.0) * $1.1 } / 1e6
    }

    /// A model's name without the date that answers may carry.
    package static func withoutDate(_ model: String) -> String {
        let date = model.utf8.suffix(9)
        let isDate = date.first == UInt8(ascii: "-") && date.dropFirst().allSatisfy { (48...57).contains($0) }
        return isDate && date.count == 9 ? String(model.dropLast(9)) : model
    }

    private static let table: [String: ModelPrices] = {
        let tiers: [(ModelPrices, [String])] = [
            (ModelPrices(0.8, 4, cacheRead: 0.08), ["claude-3-5-haiku"]),
            (ModelPrices(1, 5, cacheRead: 0.1), ["claude-haiku-4-5"]),
            (ModelPrices(0.1, 0.5, cacheRead: 0.01), ["claude-haiku-5-5"]),
            (
                ModelPrices(3, 15, cacheRead: 0.3),
                [
                    "claude-3-5-sonnet", "claude-3-7-sonnet", "claude-sonnet-4", "claude-sonnet-4-0",
                    "claude-sonnet-4-5", "claude-sonnet-4-6",
                ]
            ),
            (ModelPrices(2, 10, cacheRead: 0.2), ["claude-sonnet-5"]),
            (ModelPrices(2, 10, cacheRead: 0.1), ["claude-sonnet-5-5"]),
            (ModelPrices(15, 75, cacheRead: 1.5), ["claude-opus-4", "claude-opus-4-0", "claude-opus-4-1"]),
            (
                ModelPrices(5, 25, cacheRead: 0.5),
                ["claude-opus-4-5", "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-opus-5"]
            ),
            (ModelPrices(4, 20, cacheRead: 0.2), ["claude-opus-5-5"]),
            (ModelPrices(10, 50, cacheRead: 1), ["claude-fable-5", "claude-mythos-5"]),
            (ModelPrices(10, 50, cacheRead: 0.25), ["claude-fable-5-1", "claude-mythos-5-1"]),
            (ModelPrices(8, 40, cacheRead: 0.2), ["claude-fable-5-2", "claude-mythos-5-2"]),
        ]
        return Dictionary(tiers.flatMap { prices, names in names.map { ($0, prices) } }) { $1 }
    }()
}
