/// How each task fares, by `task`, its slug; what was deleted has no series.
package struct TaskMetrics: Sendable {
    package let tasks: CollectedFamily
    package let created: CollectedFamily
    package let timeout: CollectedFamily
    package let lastSuccess: CollectedFamily
    package let lastFailure: CollectedFamily
    package let lastDuration: CollectedFamily
    package let consecutiveFailures: CollectedFamily
    package let activeRuns: CollectedFamily
    package let oldestActiveStart: CollectedFamily
    /// By `task`, `state`; from rows that outlive the runs, since a counter must not fall when runs are pruned.
    package let finished: CollectedFamily
    /// By `task`; from rows that outlive the runs.
    package let cost: CollectedFamily

    init(_ registry: MetricsRegistry, _ words: CaretakerWords) {
        tasks = registry.collected("caretaker_tasks", "Tasks.")
        let gauge = { (name: String, help: String) in
            registry.collected("caretaker_task_\(name)", help, .gauge, .open("task"))
        }
        created = gauge("created_timestamp_seconds", "Unix time at which the task was created.")
        timeout = gauge("timeout_seconds", "How long a run of the task may take.")
        lastSuccess = gauge(
            "last_success_timestamp_seconds",
            "Unix time at which a run of the task last succeeded; absent until then."
        )
        lastFailure = gauge(
            "last_failure_timestamp_seconds",
            "Unix time at which a run of the task last ended without success; absent until then."
        )
        lastDuration = gauge("last_run_duration_seconds", "How long the task's last run took that has ended.")
        consecutiveFailures = gauge("consecutive_failures", "Runs without success since the last success.")
        activeRuns = gauge("active_runs", "Runs of the task that hold a place under the caps.")
        oldestActiveStart = gauge(
            "oldest_active_run_start_timestamp_seconds",
            "Unix time at which the task's oldest active run was started; absent when none is active."
        )
        finished = registry.collected(
            "caretaker_task_runs_finished_total",
            "Runs of the task that ended, by how.",
            .counter,
            .open("task"),
            .closed("state", words.finalStates),
            cap: MetricsRegistry.defaultCap * max(words.finalStates.count, 1)
        )
        cost = registry.collected(
            "caretaker_task_agent_cost_usd_total",
            "What the task's agents have cost.",
            .counter,
            .open("task")
        )
    }
}
