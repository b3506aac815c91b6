package import AgentStream

/// The tokens that a scripted reply costs, and what they cost.
package struct TokenUsage: Hashable, Sendable {
    package var input: Int
    package var output: Int
    package var cacheRead: Int
    package var cacheCreation: Int

    package init(input: Int = 1000, output: Int = 100, cacheRead: Int = 0, cacheCreation: Int = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheCreation = cacheCreation
    }

    /// Small models whose list prices the tests know, so that costs can be checked to the cent.
    package enum PricedModel: String, Sendable {
        case sonnet = "claude-sonnet-4-5"
        case haiku = "claude-haiku-4-5"

        /// US dollars for a million tokens of input.
        private var input: Double { self == .sonnet ? 3 : 1 }

        fileprivate func cost(_ usage: TokenUsage) -> Double {
            // Output costs five times as much as input on both, reading a cache a tenth, writing one a quarter more.
            let units =
                Double(usage.input) + 5 * Double(usage.output) + 0.1 * Double(usage.cacheRead)
                + 1.25 * Double(usage.cacheCreation)
            return units * input / 1_000_000
        }
    }

    package func cost(on model: PricedModel) -> Double {
        model.cost(self)
    }

    /// As the API tells it in a message.
    package var json: JSONValue {
        [
            "input_tokens": JSONValue(input), "output_tokens": JSONValue(output),
            "cache_read_input_tokens": JSONValue(cacheRead), "cache_creation_input_tokens": JSONValue(cacheCreation),
        ]
    }
}
