/// How the container engine answers.
package struct EngineMetrics: Sendable {
    package let up: Gauge
    /// By `version`, `api_version`.
    package let info: CollectedFamily
    /// By `operation`, `code`: 2xx, 3xx, 4xx, 5xx, or `none` without an answer.
    package let requests: MetricFamily<Counter>
    package let duration: Histogram
    package let imageBuildDuration: Histogram
    package let reconnects: Counter

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        up = registry.gauge(
            "caretaker_engine_up",
            "Whether the container engine answered when last asked.",
            initial: nil
        )
        info = registry.collected(
            "caretaker_engine_info",
            "A constant 1 labelled by the container engine's versions.",
            .info,
            .open("version"),
            .open("api_version"),
            cap: 1
        )
        requests = registry.counters(
            "caretaker_engine_requests_total",
            "Calls on the container engine.",
            .closed("operation", words.engineOperations, other: "other"),
            .closed("code", ["2xx", "3xx", "4xx", "5xx", "none"])
        )
        duration = registry.histogram(
            "caretaker_engine_request_duration_seconds",
            "How long calls on the container engine took.",
            bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]
        )
        imageBuildDuration = registry.histogram(
            "caretaker_engine_image_build_duration_seconds",
            "How long it took to make the executor's image.",
            bounds: [5, 15, 30, 60, 120, 300, 600, 1800]
        )
        reconnects = registry.counter(
            "caretaker_engine_event_reconnects_total",
            "Times that the engine's stream of events was opened again."
        )
    }
}
