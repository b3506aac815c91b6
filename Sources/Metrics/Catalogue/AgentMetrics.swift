/// What agents use up.
package struct AgentMetrics: Sendable {
    /// By `direction` (input, output, cache_read, cache_creation), `model`.
    package let tokens: MetricFamily<Counter>
    /// By `model`.
    package let cost: MetricFamily<Counter>
    /// By `kind`.
    package let messages: MetricFamily<Counter>

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        let model = Label.closed("model", words.models, other: "other")
        tokens = registry.counters(
            "caretaker_agent_tokens_total",
            "Tokens that agents have used.",
            .closed("direction", ["input", "output", "cache_read", "cache_creation"]),
            model,
            isTallied: true
        )
        cost = registry.counters(
            "caretaker_agent_cost_usd_total",
            "What agents have cost.",
            model,
            hasExemplars: true,
            isTallied: true
        )
        messages = registry.counters(
            "caretaker_messages_total",
            "Messages stored, by kind.",
            .closed("kind", words.messageKinds)
        )
    }
}
