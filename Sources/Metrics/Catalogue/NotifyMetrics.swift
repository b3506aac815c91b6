/// How notices get to those who asked for them.
package struct NotifyMetrics: Sendable {
    /// By `result`: success, failure, given_up.
    package let deliveries: MetricFamily<Counter>
    package let pending: CollectedFamily
    package let oldestPending: CollectedFamily

    init(_ registry: MetricsRegistry) {
        deliveries = registry.counters(
            "caretaker_notify_deliveries_total",
            "Attempts to deliver a notice.",
            .closed("result", ["success", "failure", "given_up"])
        )
        pending = registry.collected("caretaker_notify_pending", "Notices that are not delivered yet.")
        oldestPending = registry.collected(
            "caretaker_notify_oldest_pending_timestamp_seconds",
            "Unix time at which the oldest undelivered notice was made; absent without one."
        )
    }
}
