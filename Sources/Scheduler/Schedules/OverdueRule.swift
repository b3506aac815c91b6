import Cron
import Model
import Store

/// When a schedule has had no success for too long; the alert `CaretakerScheduleOverdue` is the same rule.
enum OverdueRule {
    /// How many of its longest gaps it may go without a success, and how much longer.
    static let gaps: Int64 = 3
    static let slack = Duration.seconds(600)

    /// When a schedule is overdue unless a run of it succeeds before; nil for never, as things stand.
    ///
    /// What is told may be too early, as long as that is in the future: the longest gap costs a walk through many slots,
    /// and is sought only when a shorter one does not say that there is time yet.
    ///
    /// - Parameters:
    ///   - watched: The schedule, which is not paused.
    ///   - timetable: Its slots.
    ///   - pauseOfAll: The last pause of all schedules.
    ///   - now: When it is asked.
    /// - Returns: An instant; the schedule is overdue when it has come.
    static func deadline(
        _ watched: WatchedSchedule,
        _ timetable: Timetable,
        pauseOfAll: Absence?,
        now: Timestamp
    ) -> Timestamp? {
        let policy = watched.schedule.content.policy
        let dueSince = watched.schedule.dueSince(pauseOfAll)
        let since = max(dueSince, watched.lastSuccess ?? dueSince)
        // Of what is not due any more no success can come.
        let from = max(now, policy.start.map { $0 + .milliseconds(-1) } ?? now).seconds
        guard let first = timetable.next(after: from), policy.allows(Timestamp(seconds: first)),
            let second = timetable.next(after: first)
        else { return nil }
        let early = since + allowance(second - first)
        guard early <= now else { return early }
        return timetable.longestGap(after: now.seconds).map { since + allowance($0) }
    }

    private static func allowance(_ gap: Int64) -> Duration { .seconds(gaps * gap) + slack }
}
