import Cron
import Model

/// What must be known of a schedule to say when it is due next: little, because there may be very many.
struct SlotEntry: Sendable {
    /// A policy that many schedules may share.
    final class SharedPolicy: Sendable {
        let value: SchedulePolicy

        init(_ value: SchedulePolicy) {
            self.value = value
        }
    }

    let number: Int64
    let revision: Int32
    /// Every slot up to here is accounted for.
    var cursor: Timestamp
    /// Its last pause, of whose slots some may not be accounted for.
    private let paused: Absence?
    /// When its zone was not there, likewise.
    private let invalid: Absence?
    let policy: SharedPolicy
    private let timetable: Timetable
    /// What the schedule's jitter is drawn from.
    private let seed: UInt64

    init(_ schedule: Schedule, _ timetable: Timetable, _ policy: SharedPolicy) {
        number = schedule.number
        revision = Int32(clamping: schedule.revision)
        cursor = schedule.cursor
        paused = schedule.paused
        invalid = schedule.invalid
        seed = StableHash.hash(schedule.id.rawValue)
        self.policy = policy
        self.timetable = timetable
    }

    /// When the next run is to be made; nil for never.
    var due: Timestamp? {
        let from = policy.value.start.map { max(cursor, $0 + .milliseconds(-1)) } ?? cursor
        guard let slot = slot(after: from), policy.value.allows(slot) else { return nil }
        return due(of: slot)
    }

    /// What is to become of the slots that have come due by now; without parts when none has.
    ///
    /// - Parameters:
    ///   - now: When it is decided.
    ///   - pauseOfAll: The last pause of all schedules.
    /// - Returns: The plan.
    func plan(now: Timestamp, pauseOfAll: Absence?) -> SlotPlan {
        var planner = SlotPlanner(
            policy.value,
            now: now,
            pauses: [paused, pauseOfAll].compactMap(\.self),
            invalid: invalid
        )
        var last = cursor
        while let slot = slot(after: last) {
            let due = due(of: slot)
            guard due <= now else { break }
            planner.take(slot, due: due)
            last = slot
        }
        return planner.finish()
    }

    private func slot(after instant: Timestamp) -> Timestamp? {
        timetable.next(after: instant.seconds).map(Timestamp.init(seconds:))
    }

    /// The slot with its jitter, which never reaches the next slot.
    private func due(of slot: Timestamp) -> Timestamp {
        Timestamp(seconds: timetable.due(of: slot.seconds, jitter: policy.value.jitter, seed: seed))
    }
}
