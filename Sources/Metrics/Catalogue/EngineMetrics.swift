/// How the container engine answers.
package struct EngineMetrics: Sendable {
    package let up: Gauge
    /// By `version`, `api_version`.
    package let info: CollectedFamily
    /// By `operation`, `code`: 2xx, 3xx, 4xx, 5xx, or `none` without an answer.
    package let requests: MetricFamily<Counter>
    package let duration: Histogram

    package init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        up = registry.gauge(
            "caretaker_engine_up",
            "Whether the container engine answered when last asked.",
            initial: nil
        )
        info = registry.collected(
            "caretaker_engine_info",
            "A constant 1 labelled by what the container engine says that it is; absent while it does not answer.",
            .info,
            .open("version"),
            .open("api_version"),
            cap: 1
        )
        requests = registry.counters(
            "caretaker_engine_requests_total",
            "Calls on the container engine, without those that were given up here.",
            .closed("operation", words.engineOperations),
            .closed("code", ["2xx", "3xx", "4xx", "5xx", "none"], other: "none")
        )
        duration = registry.histogram(
            "caretaker_engine_request_duration_seconds",
            "How long calls on the container engine took.",
            bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]
        )
    }

    /// Counts a call; one without an answer has no status.
    package func count(_ operation: String, status: Int?, took: Duration) {
        requests[operation, status.map { "\($0 / 100)xx" } ?? "none"].increment()
        duration.observe(took)
    }
}
