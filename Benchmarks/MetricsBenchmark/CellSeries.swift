import OpsMetrics

/// A registry of cells alone.
enum CellSeries {
    /// Counters and gauges by one open label, and histograms of ten buckets.
    static func filled(_ series: Int) -> MetricsRegistry {
        let registry = MetricsRegistry(namespace: "own")
        let counters = registry.counters("jobs_total", "Jobs.", .open("task"), cap: series)
        let gauges = registry.gauges("job_age_seconds", "Age.", .open("task"), cap: series)
        let bounds = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60]
        let histograms = registry.histograms(
            "job_duration_seconds",
            "Time.",
            .open("task"),
            bounds: bounds,
            cap: series
        )
        for index in 0..<series / 20 {
            counters["task-\(index)"].increment(by: index * 7)
            gauges["task-\(index)"].set(Double(index) * 1.37)
        }
        for index in 0..<series * 9 / 10 / 12 {
            for value in 0..<20 { histograms["task-\(index)"].observe(Double(value * index % 97) / 9) }
        }
        return registry
    }
}
