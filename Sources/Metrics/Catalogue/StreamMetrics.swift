/// Those who follow runs, and what they are sent.
package struct StreamMetrics: Sendable {
    /// Why a stream of events ends.
    package enum End: String, CaseIterable, Sendable {
        /// There is nothing more to come.
        case end
        /// Its reader has left.
        case client
        /// Its reader took nothing for too long and was cut.
        case slowReader = "slow_reader"
        /// It has lasted as long as one may; the reader comes back.
        case renewal
        /// The service stops.
        case shutdown
        case error
    }

    package let readers: Gauge
    package let eventsSent: Counter
    /// Partial texts; a message that is stored is never dropped.
    package let eventsDropped: Counter
    /// By `reason`: the cases of `End`.
    package let disconnects: MetricFamily<Counter>
    /// Times that a reader fell behind the shared tail and was fed from the store.
    package let storeReads: Counter

    package init(_ registry: MetricsRegistry) {
        readers = registry.gauge("caretaker_sse_readers", "Clients that follow a stream of events.")
        eventsSent = registry.counter("caretaker_sse_events_sent_total", "Events sent to those who follow.")
        eventsDropped = registry.counter(
            "caretaker_sse_events_dropped_total",
            "Partial texts that a reader was not sent because it was behind; messages are never dropped."
        )
        disconnects = registry.counters(
            "caretaker_sse_disconnects_total",
            "Streams of events ended, by why.",
            .closed("reason", End.allCases.map(\.rawValue))
        )
        storeReads = registry.counter(
            "caretaker_sse_store_reads_total",
            "Times that a reader was behind what is shared and read the store."
        )
    }
}
