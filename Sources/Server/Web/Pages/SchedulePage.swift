import Cron
import Model
import Store

/// One schedule: what it does when, what comes next, and what became of every slot.
struct SchedulePage: Sendable {
    let store: Store
    let zones: ScheduleZones
    let forecast: ScheduleForecast

    /// How many pieces of the strip are told at once.
    private static let pieces = 100
    private static let slotsAhead = 5

    /// - Throws: `StoreError` `.notFound` without the schedule; `InputProblem` for a place that is no time.
    func page(_ id: String, _ query: WebQuery) async throws -> WebPage {
        let before = try await place(query, of: id)
        let known = try await store.slotsSnapshot(of: id, before: before, limit: Self.pieces)
        guard let schedule = known.schedule else { throw StoreError(.notFound, "There is no schedule \(id).") }
        let ahead = try await SlotsAhead(store, forecast, limit: 0)
        let clock = SlotClock(timetable: zones.timetable(schedule))
        let task = try await store.task(withDeleted: schedule.content.task)
        let open = before == nil && schedule.deletedAt == nil ? open(schedule, known.pauseOfAll) : []
        let view = ScheduleView(
            schedule,
            task: task,
            ahead: ahead,
            words: zones.words(schedule),
            next: next(schedule, ahead, clock),
            pieces: open + known.records.map { SlotPiece($0, clock) },
            older: known.records.count < Self.pieces
                ? nil
                : known.records.last.map {
                    query.setting("before", Self.text($0.first)).path(WebPath.schedule(schedule))
                },
            unfinished: try await store.unfinishedRuns(of: schedule.id)
        )
        return WebPage(
            title: schedule.content.name,
            section: .schedules,
            template: "schedule",
            view: view,
            script: "schedule.js"
        )
    }

    /// Before which slot the strip ends, if the address says so.
    private func place(_ query: WebQuery, of id: String) async throws -> Timestamp? {
        guard let text = query["before"] else { return nil }
        let zone = try await store.slotsSnapshot(of: id, before: nil, limit: 1).schedule?.content.zone
        return try zones.instant(text, in: zone ?? "UTC", field: "before")
    }

    /// An instant in whole seconds, as slots are.
    private static func text(_ instant: Timestamp) -> String { "\(instant.iso8601.prefix(19))Z" }

    private func open(_ schedule: Schedule, _ all: PauseOfAll) -> [SlotPiece] {
        guard let timetable = zones.timetable(schedule) else { return [.unknown] }
        return OpenSlots.ranges(schedule, all, timetable, now: store.clock.now).reversed()
            .map { SlotPiece($0, SlotClock(timetable: timetable)) }
    }

    /// The slots to come, as far as nothing holds them.
    private func next(_ schedule: Schedule, _ ahead: SlotsAhead, _ clock: SlotClock) -> [ScheduleView.Next] {
        guard schedule.deletedAt == nil, let timetable = clock.timetable, var slot = ahead.next(of: schedule) else {
            return []
        }
        var slots: [ScheduleView.Next] = []
        while slots.count < Self.slotsAhead, schedule.content.policy.allows(slot) {
            slots.append(ScheduleView.Next(onTheClock: clock.text(slot), fromNow: WebText.time(slot)))
            guard let later = timetable.next(after: slot.seconds) else { break }
            slot = Timestamp(seconds: later)
        }
        return slots
    }
}
