package import Model
package import OpsMetrics
package import Store

/// Makes the samples of what rows tell, anew for each scrape.
package struct StoreCollector: Sendable {
    private let store: Store
    private let metrics: CaretakerMetrics
    private let limits: Setting<StoreCollectorLimits>
    private let forecast: ScheduleForecast

    package init(store: Store, metrics: CaretakerMetrics, zones: ScheduleZones, limits: Setting<StoreCollectorLimits>) {
        self.store = store
        self.metrics = metrics
        self.limits = limits
        forecast = ScheduleForecast(zones: zones)
    }

    /// Has the samples made at every scrape.
    package func register() {
        let collector = self
        metrics.registry.collect("store") { try await collector.collect() }
    }

    private func collect() async throws -> Collected {
        // One more than are shown, so that the registry tells that there are too many.
        let figures = try await store.figures(limit: MetricsRegistry.defaultCap + 1)
        var collected = Collected()
        addRuns(figures, to: &collected)
        for task in figures.tasks { add(task, to: &collected) }
        addSchedules(figures, to: &collected)
        collected.add(metrics.store.schemaVersion, value: figures.migrations)
        collected.add(metrics.store.writesWaiting, value: store.writer.waiting)
        return collected
    }

    private func addRuns(_ figures: StoreFigures, to collected: inout Collected) {
        let runs = metrics.runs
        for state in [RunState.Name.starting, .running] {
            collected.add(runs.active, state.rawValue, value: figures.active[state] ?? 0)
        }
        for waiting in RunState.Waiting.allCases {
            collected.add(runs.queued, waiting.rawValue, value: figures.queued[waiting] ?? 0)
        }
        collected.add(runs.queued, "none", value: figures.queued[nil] ?? 0)
        collected.add(runs.oldestQueued, value: figures.oldestQueued?.metric)
        collected.add(runs.concurrencyLimit, value: limits.current.concurrency)
        for state in Instance.State.allCases where state != .stopped {
            collected.add(metrics.instances.instances, state.rawValue, value: figures.instances[state] ?? 0)
        }
    }

    private func add(_ task: StoreFigures.Task, to collected: inout Collected) {
        let families = metrics.tasks
        let slug = task.slug
        collected.add(families.created, slug, value: task.createdAt.metric)
        collected.add(
            families.timeout,
            slug,
            value: task.settings.limits?.deadline ?? limits.current.deadline / .seconds(1)
        )
        collected.add(families.lastSuccess, slug, value: task.lastSuccessAt?.metric)
        collected.add(families.lastFailure, slug, value: task.lastFailureAt?.metric)
        collected.add(families.lastDuration, slug, value: task.lastDuration.map { $0 / .seconds(1) })
        collected.add(families.consecutiveFailures, slug, value: task.failuresInARow)
        collected.add(families.activeRuns, slug, value: task.activeRuns)
        collected.add(families.oldestActiveStart, slug, value: task.oldestActiveStart?.metric)
        for (state, count) in task.ended { collected.add(families.finished, slug, state.rawValue, value: count) }
        collected.add(families.cost, slug, value: task.costUSD)
    }

    private func addSchedules(_ figures: StoreFigures, to collected: inout Collected) {
        collected.add(metrics.tasks.tasks, value: figures.taskCount)
        let families = metrics.schedules
        let arePaused = figures.pauseOfAll.pause != nil
        let paused = arePaused ? figures.scheduleCount : figures.pausedSchedules
        let invalid = arePaused ? 0 : figures.invalidSchedules
        collected.add(families.schedules, "paused", value: paused)
        collected.add(families.schedules, "invalid", value: invalid)
        collected.add(families.schedules, "active", value: figures.scheduleCount - paused - invalid)
        let now = store.clock.now
        for schedule in figures.schedules { add(schedule, figures, now, to: &collected) }
        forecast.keep(figures.schedules)
    }

    private func add(_ schedule: Schedule, _ figures: StoreFigures, _ now: Timestamp, to collected: inout Collected) {
        let families = metrics.schedules
        let slug = schedule.slug
        let content = schedule.content
        let isPaused = schedule.pause != nil || figures.pauseOfAll.pause != nil
        let (next, longestGap) = forecast.ahead(of: schedule, now: now)
        collected.add(
            families.info,
            slug,
            figures.taskSlugs[content.task] ?? content.task.rawValue,
            content.expression,
            content.zone,
            content.policy.overlap.rawValue,
            value: 1
        )
        collected.add(families.created, slug, value: schedule.createdAt.metric)
        collected.add(families.activeSince, slug, value: schedule.dueSince(figures.pauseOfAll.paused).metric)
        collected.add(families.paused, slug, value: isPaused ? 1 : 0)
        collected.add(families.nextSlot, slug, value: isPaused ? nil : next.map(Double.init))
        collected.add(families.interval, slug, value: longestGap.map(Double.init))
        let outcome = figures.outcomes[schedule.id]
        collected.add(families.lastSuccess, slug, value: outcome?.lastSuccessAt?.metric)
        collected.add(families.lastFailure, slug, value: outcome?.lastFailureAt?.metric)
    }
}

/// What the configuration says that metrics show.
package struct StoreCollectorLimits: Sendable {
    package var concurrency: Int
    /// How long a run may take whose task sets nothing.
    package var deadline: Duration

    package init(concurrency: Int, deadline: Duration) {
        self.concurrency = concurrency
        self.deadline = deadline
    }
}

extension Timestamp {
    /// Seconds since 1970, as metrics have instants.
    fileprivate var metric: Double { Double(milliseconds) / 1000 }
}
