import Model
import Store

/// When schedules are due next, as of one moment.
struct SlotsAhead {
    let schedules: [Schedule]
    let pauseOfAll: PauseOfAll
    let now: Timestamp
    private let forecast: ScheduleForecast

    /// How many schedules are looked at where all are meant.
    static let all = 500

    init(
        _ store: Store,
        _ forecast: ScheduleForecast,
        task: AgentTask.ID? = nil,
        after: Schedule.ID? = nil,
        limit: Int = all
    ) async throws {
        schedules = try await store.schedules(
            Store.ScheduleFilter(task: task?.rawValue, after: after, limit: limit)
        )
        pauseOfAll = try await store.pauseOfAll()
        now = store.clock.now
        self.forecast = forecast
    }

    /// What a schedule is to somebody who looks at it.
    func state(of schedule: Schedule) -> WireSchedule.State {
        if schedule.pause != nil || pauseOfAll.pause != nil { return .paused }
        return schedule.isInvalid ? .invalid : .active
    }

    /// A schedule's next slot; nil while it is paused, too.
    func next(of schedule: Schedule) -> Timestamp? {
        guard pauseOfAll.pause == nil, schedule.pause == nil else { return nil }
        return forecast.ahead(of: schedule, now: now).next.map { Timestamp(seconds: $0) }
    }

    /// The schedules that are due first, each with its next slot.
    func first(_ limit: Int) -> [(schedule: Schedule, at: Timestamp)] {
        let slots = schedules.compactMap { schedule in next(of: schedule).map { (schedule: schedule, at: $0) } }
        return Array(slots.sorted { $0.at < $1.at }.prefix(limit))
    }

    /// The next slot of each task's schedules.
    func nextByTask() -> [AgentTask.ID: Timestamp] {
        Dictionary(
            schedules.compactMap { schedule in next(of: schedule).map { (schedule.content.task, $0) } },
            uniquingKeysWith: min
        )
    }
}
