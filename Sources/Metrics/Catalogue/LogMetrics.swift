/// What the service has logged.
package struct LogMetrics: Sendable {
    /// By `level`.
    package let messages: MetricFamily<Counter>
    /// By `reason`: queue_full, journal_away.
    package let dropped: MetricFamily<Counter>
    package let journalFallback: Gauge

    init(_ registry: MetricsRegistry) {
        messages = registry.counters(
            "caretaker_log_messages_total",
            "Log messages by level.",
            .closed("level", ["trace", "debug", "info", "notice", "warning", "error", "critical"])
        )
        dropped = registry.counters(
            "caretaker_log_messages_dropped_total",
            "Log messages that were lost.",
            .closed("reason", ["queue_full", "journal_away"])
        )
        journalFallback = registry.gauge(
            "caretaker_journal_fallback",
            "Whether logs go to standard error because the journal does not take them."
        )
    }
}
