/// What is done with git.
package struct RepositoryMetrics: Sendable {
    /// By `operation` (fetch, bundle, push), `result` (success, failure).
    package let operations: MetricFamily<Counter>
    /// By `operation`.
    package let duration: MetricFamily<Histogram>

    init(_ registry: MetricsRegistry) {
        let operation = Label.closed("operation", ["fetch", "bundle", "push"])
        operations = registry.counters(
            "caretaker_repository_operations_total",
            "Fetches, bundles and pushes.",
            operation,
            .closed("result", ["success", "failure"])
        )
        duration = registry.histograms(
            "caretaker_repository_operation_duration_seconds",
            "How long fetches, bundles and pushes took.",
            operation,
            bounds: [0.1, 0.5, 1, 5, 15, 60, 300],
            hasExemplars: true
        )
    }
}
