import Cron
import Model
import Synchronization

/// What lies ahead of schedules, kept from one scrape to the next.
final class ScheduleForecast: Sendable {
    private struct Known: Sendable {
        let revision: Int
        let timetable: Timetable?
        let longestGap: Int64?
        let at: Timestamp
    }

    /// How long what was worked out holds: zones and what lies ahead change.
    private static let freshness = Duration.seconds(3600)

    private let zones: ScheduleZones
    private let known = Mutex<[Schedule.ID: Known]>([:])

    init(zones: ScheduleZones) {
        self.zones = zones
    }

    /// When a schedule is due next, and the longest gap between its slots; nil for what there is not, as after its end.
    func ahead(of schedule: Schedule, now: Timestamp) -> (next: Int64?, longestGap: Int64?) {
        let known = known(schedule, now)
        guard let timetable = known.timetable else { return (nil, nil) }
        let start = schedule.content.policy.start.map { Timestamp(milliseconds: $0.milliseconds - 1) }
        let from = max(now, schedule.cursor)
        let slot = timetable.next(after: max(from, start ?? from).seconds)
        guard let slot, schedule.content.policy.allows(Timestamp(seconds: slot)) else { return (nil, nil) }
        return (slot, known.longestGap)
    }

    /// Forgets all but these schedules.
    func keep(_ schedules: [Schedule]) {
        let ids = Set(schedules.map(\.id))
        known.withLock { $0 = $0.filter { ids.contains($0.key) } }
    }

    private func known(_ schedule: Schedule, _ now: Timestamp) -> Known {
        let present = known.withLock { $0[schedule.id] }
        if let present, present.revision == schedule.revision, now >= present.at, now - present.at < Self.freshness {
            return present
        }
        let timetable = zones.timetable(schedule)
        let made = Known(
            revision: schedule.revision,
            timetable: timetable,
            longestGap: timetable?.longestGap(after: now.seconds),
            at: now
        )
        known.withLock { $0[schedule.id] = made }
        return made
    }
}
