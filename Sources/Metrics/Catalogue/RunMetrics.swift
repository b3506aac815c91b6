/// How runs come, wait, go and end.
package struct RunMetrics: Sendable {
    /// By `trigger`.
    package let started: MetricFamily<Counter>
    /// By `state`, `trigger`.
    package let finished: MetricFamily<Counter>
    /// By `state`, `reason`: the runs that failed, with why, and those that timed out, with the limit.
    package let failures: MetricFamily<Counter>
    /// By `reason`: that of the run which is tried again.
    package let retries: MetricFamily<Counter>
    /// By `state`.
    package let duration: MetricFamily<Histogram>
    package let startDelay: Histogram
    package let queueWait: Histogram
    /// By `state`.
    package let active: CollectedFamily
    /// By `waiting`; `none` for a run that waits for nothing in particular.
    package let queued: CollectedFamily
    package let concurrencyLimit: CollectedFamily
    package let oldestQueued: CollectedFamily

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        let trigger = Label.closed("trigger", words.triggers)
        started = registry.counters("caretaker_runs_started_total", "Runs started.", trigger, isTallied: true)
        finished = registry.counters(
            "caretaker_runs_finished_total",
            "Runs ended, by how.",
            .closed("state", words.finalStates),
            trigger,
            hasExemplars: true,
            isTallied: true
        )
        failures = Self.failures(registry, words)
        retries = registry.counters(
            "caretaker_run_retries_total",
            "Runs made because an earlier one failed, by its reason.",
            .closed("reason", words.failureReasons),
            isTallied: true
        )
        duration = registry.histograms(
            "caretaker_run_duration_seconds",
            "Time from a run's start to its end.",
            .closed("state", words.finalStates),
            bounds: [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400],
            hasExemplars: true
        )
        let waits: [Double] = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600]
        startDelay = registry.histogram(
            "caretaker_run_start_delay_seconds",
            "Time from when a run was due to when its instance had started.",
            bounds: waits,
            hasExemplars: true
        )
        queueWait = registry.histogram(
            "caretaker_run_queue_wait_seconds",
            "Time from a run's making to its admission.",
            bounds: waits,
            hasExemplars: true
        )
        active = registry.collected(
            "caretaker_runs_active",
            "Runs that hold a place under the caps.",
            .gauge,
            .closed("state", words.activeStates)
        )
        queued = registry.collected(
            "caretaker_runs_queued",
            "Runs in the queue, by what they wait for.",
            .gauge,
            .closed("waiting", words.waitings + ["none"])
        )
        concurrencyLimit = registry.collected(
            "caretaker_runs_concurrency_limit",
            "Runs that may be active at once."
        )
        oldestQueued = registry.collected(
            "caretaker_run_queue_oldest_timestamp_seconds",
            "Unix time at which the oldest queued run was made; absent when none is queued."
        )
    }

    private static func failures(_ registry: MetricsRegistry, _ words: CaretakerWords) -> MetricFamily<Counter> {
        registry.counters(
            "caretaker_run_failures_total",
            "Runs that failed or timed out, by why.",
            .closed("state", ["failed", "timed_out"]),
            .closed("reason", words.failureReasons + words.timeLimits),
            children: words.failureReasons.map { ["failed", $0] } + words.timeLimits.map { ["timed_out", $0] },
            hasExemplars: true,
            isTallied: true
        )
    }
}
