/// What the service is asked over HTTP.
package struct HTTPMetrics: Sendable {
    /// By `route`, `method`, `code`.
    package let requests: MetricFamily<Counter>
    /// By `route`; without streams, scrapes and probes.
    package let duration: MetricFamily<Histogram>
    package let inFlight: Gauge
    package let connections: Gauge
    /// By `reason`.
    package let authFailures: MetricFamily<Counter>

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        let route = Label.closed("route", words.routes, other: "other")
        requests = registry.counters(
            "caretaker_http_requests_total",
            "Requests answered.",
            route,
            .closed("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"], other: "other"),
            .open("code")
        )
        duration = registry.histograms(
            "caretaker_http_request_duration_seconds",
            "Time from a request's head to the head of its answer, without streams, scrapes and probes.",
            route,
            bounds: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]
        )
        inFlight = registry.gauge("caretaker_http_requests_in_flight", "Requests whose answer has not begun.")
        connections = registry.gauge("caretaker_http_connections", "Connections of clients.")
        authFailures = registry.counters(
            "caretaker_http_auth_failures_total",
            "Tokens that were shown and opened nothing.",
            .closed("reason", ["wrong", "expired", "revoked", "limited"], other: "other")
        )
    }
}
