import AgentStream
import Logging
import Model
import OpsMetrics
import Store

extension Chronicle {
    /// Counts and tells a run's change.
    func tell(_ change: RunChange, among news: [StoreNews]) {
        let (event, text) = Self.words(change.state.name)
        log(event, text, Self.metadata(change))
        switch change.state {
        case .queued(let waiting):
            countQueued(change.run, among: news)
            if let waiting { tell(waiting, change.run.id, change.run.taskID, change.run.origin.schedule) }
        case .starting:
            metrics.runs.started[change.run.origin.trigger.rawValue].increment()
            metrics.runs.queueWait.observe(change.at - change.run.createdAt, run: change.run.id.rawValue)
        case .running:
            let due = change.run.origin.slot ?? change.run.origin.notBefore ?? change.run.createdAt
            metrics.runs.startDelay.observe(change.at - due, run: change.run.id.rawValue)
        case .succeeded, .failed, .cancelled, .timedOut, .lost: countEnd(change)
        }
    }

    /// Tells why a queued run waits now.
    func tell(_ change: WaitingChange) {
        tell(change.waiting, change.run, change.task, change.schedule)
    }

    private func tell(
        _ waiting: RunState.Waiting,
        _ run: Run.ID,
        _ task: AgentTask.ID,
        _ schedule: Schedule.ID?
    ) {
        var metadata: Logger.Metadata = [
            "run.id": "\(run)", "task.id": "\(task)", "run.waiting": "\(waiting.rawValue)",
        ]
        if let schedule { metadata["schedule.id"] = "\(schedule)" }
        log("run_waiting", "a run waits", metadata)
    }

    private func countQueued(_ run: Run, among news: [StoreNews]) {
        if let schedule = run.origin.schedule, let slot = run.origin.slot {
            log(
                "schedule_fired",
                "a slot of a schedule became a run",
                [
                    "schedule.id": "\(schedule)", "slot": "\(slot.iso8601)", "run.id": "\(run.id)",
                    "task.id": "\(run.taskID)", "run.trigger": "\(run.origin.trigger.rawValue)",
                ]
            )
        }
        if run.origin.trigger == .schedule { metrics.schedules.slotsStarted.increment() }
        guard run.origin.trigger == .retry, let earlier = run.retryOf else { return }
        log(
            "run_retry_planned",
            "a run will be tried again",
            ["run.id": "\(earlier)", "run.retry": "\(run.id)", "task.id": "\(run.taskID)"]
        )
        // The end of the run before it is in the same commit.
        for case .run(let change) in news where change.run.id == earlier {
            if case .failed(let reason) = change.state { metrics.runs.retries[reason.rawValue].increment() }
        }
    }

    private func countEnd(_ change: RunChange) {
        let run = change.run
        let id = run.id.rawValue
        let state = change.state.name.rawValue
        metrics.runs.finished[state, run.origin.trigger.rawValue].increment(run: id)
        if let began = run.startedAt { metrics.runs.duration[state].observe(change.at - began, run: id) }
        switch change.state {
        case .failed(let reason): metrics.runs.failures[state, reason.rawValue].increment(run: id)
        case .timedOut(let limit): metrics.runs.failures[state, limit.rawValue].increment(run: id)
        default: break
        }
        if let usage = run.usage { count(usage, model: ModelPrices.withoutDate(run.agent?.model ?? ""), run: id) }
    }

    private func count(_ usage: AgentUsage, model: String, run: String) {
        for (direction, tokens) in [
            ("input", usage.inputTokens), ("output", usage.outputTokens), ("cache_read", usage.cacheReadTokens),
            ("cache_creation", usage.cacheCreationTokens),
        ] { metrics.agents.tokens[direction, model].increment(by: tokens) }
        if let cost = usage.costUSD { metrics.agents.cost[model].add(cost, run: run) }
    }

    private static func metadata(_ change: RunChange) -> Logger.Metadata {
        let run = change.run
        var metadata: Logger.Metadata = [
            "run.id": "\(run.id)", "task.id": "\(run.taskID)", "run.state": "\(change.state.name.rawValue)",
            "run.trigger": "\(run.origin.trigger.rawValue)",
        ]
        if let schedule = run.origin.schedule { metadata["schedule.id"] = "\(schedule)" }
        if let slot = run.origin.slot { metadata["slot"] = "\(slot.iso8601)" }
        if let instance = change.instance { metadata["instance.id"] = "\(instance.id)" }
        if let container = change.instance?.container {
            metadata["container.id"] = "\(Instance.shortContainer(container))"
        }
        // What a queued run waits for is told by an entry of its own.
        if change.state.name != .queued, let reason = change.state.reason { metadata["run.reason"] = "\(reason)" }
        return metadata
    }

    private static func words(_ state: RunState.Name) -> (event: String, text: Logger.Message) {
        switch state {
        case .queued: ("run_queued", "a run is queued")
        case .starting: ("run_starting", "a run is starting")
        case .running: ("run_running", "a run is running")
        case .succeeded: ("run_succeeded", "a run has succeeded")
        case .failed: ("run_failed", "a run has failed")
        case .cancelled: ("run_cancelled", "a run was cancelled")
        case .timedOut: ("run_timed_out", "a run has timed out")
        case .lost: ("run_lost", "a run is lost")
        }
    }
}
