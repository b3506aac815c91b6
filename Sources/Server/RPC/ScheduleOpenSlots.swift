import Cron
import Model
import Store

/// Consecutive slots that came due and are not accounted for yet, with what is known of them.
struct OpenSlots: Hashable {
    var first: Timestamp
    var last: Timestamp
    var count: Int
    /// Why they will make no runs; nil when that is about to be decided.
    var reason: SkipReason?
    /// Whether counting stopped early.
    var isCountedInPart = false

    /// How many slots are counted where nothing depends on the number.
    static let mostCounted = 1_000_000

    /// The open slots of a schedule until `now`, oldest first.
    ///
    /// - Parameters:
    ///   - schedule: The schedule.
    ///   - all: The pause of all schedules.
    ///   - timetable: The schedule's instants.
    ///   - now: The last instant that is looked at.
    ///   - limit: After how many slots counting stops; nil for never.
    /// - Returns: Slots in a row of which the same is known, together.
    static func ranges(
        _ schedule: Schedule,
        _ all: PauseOfAll,
        _ timetable: Timetable,
        now: Timestamp,
        limit: Int? = mostCounted
    ) -> [OpenSlots] {
        let judge = Judge(schedule, all)
        var ranges: [OpenSlots] = []
        var counted = 0
        for slot in SlotSequence(timetable, after: schedule.cursor, through: now) {
            let reason = judge.reason(slot)
            if let limit, counted == limit, let range = ranges.popLast() {
                return ranges + [range.cut(at: timetable, now)]
            }
            counted += 1
            if ranges.last?.reason == reason, !ranges.isEmpty {
                ranges[ranges.count - 1].last = slot
                ranges[ranges.count - 1].count += 1
            } else {
                ranges.append(OpenSlots(first: slot, last: slot, count: 1, reason: reason))
            }
        }
        return ranges
    }

    /// The same range as far as the last slot before `now`, which is not counted any more.
    private func cut(at timetable: Timetable, _ now: Timestamp) -> OpenSlots {
        var range = self
        range.last = timetable.previous(before: now.seconds + 1).map { Timestamp(seconds: $0) } ?? last
        range.isCountedInPart = true
        return range
    }

    /// Says of a slot why it makes no run, with the precedence of `SlotPlanner`.
    private struct Judge {
        private let policy: SchedulePolicy
        private let pausedUntil: Timestamp?
        private let isInvalid: Bool

        init(_ schedule: Schedule, _ all: PauseOfAll) {
            let isPaused = schedule.pause != nil || all.pause != nil
            policy = schedule.content.policy
            pausedUntil =
                isPaused
                ? Timestamp(milliseconds: .max) : [schedule.resumedAt, all.resumedAt].compactMap(\.self).max()
            isInvalid = schedule.invalidAt != nil
        }

        func reason(_ slot: Timestamp) -> SkipReason? {
            if let pausedUntil, slot <= pausedUntil { return .paused }
            if isInvalid { return .invalid }
            return policy.allows(slot) ? nil : .bounds
        }
    }
}

extension SlotPlan {
    /// What becomes of open slots when their schedule gets other ones: none is made up for.
    init(closing ranges: [OpenSlots]) {
        self.init()
        for range in ranges {
            skip(
                SkippedSlots(
                    first: range.first,
                    last: range.last,
                    count: range.count,
                    reason: range.reason ?? .missed
                )
            )
        }
    }
}
