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
    /// - Returns: Slots in a row of which the same is known, together; beyond `mostCounted` without a number.
    static func ranges(
        _ schedule: Schedule,
        _ all: PauseOfAll,
        _ timetable: Timetable,
        now: Timestamp
    ) -> [OpenSlots] {
        let judge = Judge(schedule, all, timetable)
        var ranges: [OpenSlots] = []
        var counted = 0
        for slot in SlotSequence(timetable, after: schedule.cursor, through: now) {
            let reason = judge.reason(slot)
            if counted == mostCounted, let range = ranges.popLast() {
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
        private let pauses: [Absence]
        private let invalid: Absence?
        private let timetable: Timetable
        private let seed: UInt64

        init(_ schedule: Schedule, _ all: PauseOfAll, _ timetable: Timetable) {
            self.timetable = timetable
            seed = StableHash.hash(schedule.id.rawValue)
            policy = schedule.content.policy
            pauses = [schedule.paused, all.paused].compactMap(\.self)
            invalid = schedule.invalid
        }

        func reason(_ slot: Timestamp) -> SkipReason? {
            let due = Timestamp(seconds: timetable.due(of: slot.seconds, jitter: policy.jitter, seed: seed))
            if pauses.contains(where: { $0.covers(slot, due: due) }) { return .paused }
            if let invalid, invalid.covers(slot, due: due) { return .invalid }
            return policy.allows(slot) ? nil : .bounds
        }
    }
}
