/// How the service itself is.
package struct ServiceMetrics: Sendable {
    /// By `check`.
    package let health: CollectedFamily
    package let reloadSuccessful: Gauge
    package let reloadSuccessTime: Gauge
    /// By `result`: success, failure.
    package let reloads: MetricFamily<Counter>
    package let watchdogPing: Gauge
    package let filesystemAvailable: CollectedFamily
    package let filesystemSize: CollectedFamily

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        health = registry.collected(
            "caretaker_health_check_ok",
            "Whether a part of the service's readiness is there.",
            .gauge,
            .closed("check", words.healthChecks)
        )
        reloadSuccessful = registry.gauge(
            "caretaker_config_last_reload_successful",
            "Whether the last attempt to read the configuration succeeded.",
            initial: 1
        )
        reloadSuccessTime = registry.gauge(
            "caretaker_config_last_reload_success_timestamp_seconds",
            "Unix time at which the configuration was last read.",
            initial: nil
        )
        reloads = registry.counters(
            "caretaker_config_reloads_total",
            "Attempts to read the configuration again.",
            .closed("result", ["success", "failure"])
        )
        watchdogPing = registry.gauge(
            "caretaker_watchdog_last_ping_timestamp_seconds",
            "Unix time at which systemd was last told that all is well; absent without a watchdog.",
            initial: nil
        )
        filesystemAvailable = registry.collected(
            "caretaker_state_filesystem_avail_bytes",
            "Room left for the service on the state directory's file system."
        )
        filesystemSize = registry.collected(
            "caretaker_state_filesystem_size_bytes",
            "Size of the state directory's file system."
        )
    }
}
