/// The instances that there are, and what the reaper does about those that should not be.
package struct InstanceMetrics: Sendable {
    /// By `state`.
    package let instances: CollectedFamily
    package let orphaned: Gauge
    /// By `kind`: container, volume, process.
    package let reaped: MetricFamily<Counter>
    /// By `result`: success, failure.
    package let reaperPasses: MetricFamily<Counter>
    package let lastPass: Gauge

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        instances = registry.collected(
            "caretaker_instances",
            "Instances by state.",
            .gauge,
            .closed("state", words.instanceStates)
        )
        orphaned = registry.gauge(
            "caretaker_containers_orphaned",
            "Containers and volumes of this service that no run accounts for, at the reaper's last look."
        )
        reaped = registry.counters(
            "caretaker_reaper_removed_total",
            "What the reaper has removed.",
            .closed("kind", ["container", "volume", "process"])
        )
        reaperPasses = registry.counters(
            "caretaker_reaper_passes_total",
            "Looks of the reaper through the runtime.",
            .closed("result", ["success", "failure"])
        )
        lastPass = registry.gauge(
            "caretaker_reaper_last_pass_timestamp_seconds",
            "Unix time of the reaper's last look that succeeded.",
            initial: nil
        )
    }
}
