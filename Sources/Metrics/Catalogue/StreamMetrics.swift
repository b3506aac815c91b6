/// What live readers are sent.
package struct StreamMetrics: Sendable {
    package let readers: Gauge
    package let eventsSent: Counter
    /// By `reason`, which is slow_reader.
    ///
    /// Partial texts only; a message that is stored is never dropped.
    package let eventsDropped: MetricFamily<Counter>
    /// By `reason`: end, client, slow_reader, shutdown, error.
    package let disconnects: MetricFamily<Counter>
    /// Times that a reader fell behind the shared tail and was fed from the store.
    package let storeReads: Counter
    package let replayGaps: Counter

    init(_ registry: MetricsRegistry) {
        readers = registry.gauge("caretaker_sse_readers", "Clients that follow a run.")
        eventsSent = registry.counter("caretaker_sse_events_sent_total", "Events sent to those who follow runs.")
        eventsDropped = registry.counters(
            "caretaker_sse_events_dropped_total",
            "Partial texts that a reader was not sent.",
            .closed("reason", ["slow_reader"])
        )
        disconnects = registry.counters(
            "caretaker_sse_disconnects_total",
            "Streams ended, by why.",
            .closed("reason", ["end", "client", "slow_reader", "shutdown", "error"])
        )
        storeReads = registry.counter(
            "caretaker_sse_store_reads_total",
            "Times that a reader was behind what is shared and read the store."
        )
        replayGaps = registry.counter(
            "caretaker_sse_replay_gaps_total",
            "Times that a reader asked for messages that are no more."
        )
    }
}
