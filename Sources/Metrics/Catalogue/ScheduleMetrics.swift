/// When schedules are due, and what became of it.
package struct ScheduleMetrics: Sendable {
    package let slotsStarted: Counter
    /// By `reason`.
    package let slotsSkipped: MetricFamily<Counter>
    package let lateness: Histogram
    package let lastTick: Gauge
    package let tickDuration: Histogram
    /// By `state`: active, paused, invalid.
    package let schedules: CollectedFamily
    /// By `schedule`, `task`, `cron`, `timezone`, `overlap_policy`.
    package let info: CollectedFamily
    /// By `schedule`, as those that follow.
    package let created: CollectedFamily
    package let activeSince: CollectedFamily
    package let paused: CollectedFamily
    package let nextSlot: CollectedFamily
    package let interval: CollectedFamily
    package let lastSuccess: CollectedFamily
    package let lastFailure: CollectedFamily

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        slotsStarted = registry.counter(
            "caretaker_slots_started_total",
            "Due slots that became runs.",
            isTallied: true
        )
        slotsSkipped = registry.counters(
            "caretaker_slots_skipped_total",
            "Due slots that became no run, by why.",
            .closed("reason", words.skipReasons),
            isTallied: true
        )
        lateness = registry.histogram(
            "caretaker_slot_lateness_seconds",
            "Time from when a slot was due, jitter included, to when its run was in the queue.",
            bounds: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 300]
        )
        lastTick = registry.gauge(
            "caretaker_scheduler_last_tick_timestamp_seconds",
            "Unix time at which the scheduler last looked at what is due.",
            initial: nil
        )
        tickDuration = registry.histogram(
            "caretaker_scheduler_tick_duration_seconds",
            "How long the scheduler took to look at what is due.",
            bounds: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]
        )
        schedules = registry.collected(
            "caretaker_schedules",
            "Schedules by state.",
            .gauge,
            .closed("state", ["active", "paused", "invalid"])
        )
        info = registry.collected(
            "caretaker_schedule_info",
            "A constant 1 labelled by what a schedule starts, and when.",
            .info,
            .open("schedule"),
            .open("task"),
            .open("cron"),
            .open("timezone"),
            .open("overlap_policy")
        )
        let gauge = { (name: String, help: String) in
            registry.collected("caretaker_schedule_\(name)", help, .gauge, .open("schedule"))
        }
        created = gauge("created_timestamp_seconds", "Unix time at which the schedule was created.")
        activeSince = gauge(
            "active_since_timestamp_seconds",
            "Unix time since which the schedule is due as it is: made, resumed or given other times last, or its start."
        )
        paused = gauge("paused", "Whether the schedule is paused.")
        nextSlot = gauge(
            "next_slot_timestamp_seconds",
            "Unix time at which the schedule is due next; absent when it never is."
        )
        interval = gauge(
            "interval_seconds",
            "Longest gap between due times of the schedule that follow each other, over 400 days; absent when none is ahead."
        )
        lastSuccess = gauge(
            "last_success_timestamp_seconds",
            "Unix time at which a run of the schedule last succeeded; absent until then."
        )
        lastFailure = gauge(
            "last_failure_timestamp_seconds",
            "Unix time at which a run of the schedule last ended without success; absent until then."
        )
    }
}
