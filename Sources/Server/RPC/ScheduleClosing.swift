import Cron
import Model
import Store

/// What becomes of a schedule's open slots when those from now on are others.
struct ScheduleClosing {
    /// The slots' fate: none is started, and what would have been counts as missed.
    private(set) var plan = SlotPlan()
    /// Whether runs of some are made as soon as somebody looks, as long as the schedule stays what it is.
    private(set) var isAwaited = false
    /// The last instant of which it tells.
    let through: Timestamp

    /// Without the timetable nobody knows which slots there were, and none is recorded.
    init(through now: Timestamp) {
        through = now
    }

    /// What becomes of the slots of which nobody has said so yet, when those from now on are others.
    ///
    /// While the zone cannot be read, nothing is recorded of them, not even as `invalid`: a record names its first and
    /// last slot and their number, and only the zone would tell these.
    init(_ schedule: Schedule, _ all: PauseOfAll, _ zones: ScheduleZones, now: Timestamp) {
        guard let timetable = zones.timetable(schedule) else {
            self.init(through: now)
            return
        }
        self.init(schedule, all, timetable, now: now)
    }

    /// Plans by what the schedule has been.
    private init(_ schedule: Schedule, _ all: PauseOfAll, _ timetable: Timetable, now: Timestamp) {
        self.init(through: now)
        let policy = schedule.content.policy
        let seed = StableHash.hash(schedule.id.rawValue)
        func due(_ slot: Timestamp) -> Timestamp {
            Timestamp(seconds: timetable.due(of: slot.seconds, jitter: policy.jitter, seed: seed))
        }
        let pauses = [schedule.paused, all.paused].compactMap(\.self)
        var planner = SlotPlanner(policy, now: now, pauses: pauses, invalid: schedule.invalid)
        for slot in SlotSequence(timetable, after: schedule.cursor, through: now) { planner.take(slot, due: due(slot)) }
        let isPaused = schedule.pause != nil || all.pause != nil
        for part in planner.finish().parts {
            switch part {
            case .skip(let slots): plan.skip(slots)
            case .start(let slot):
                plan.skip(SkippedSlots(slot, .missed))
                if !isPaused, due(slot) <= now { isAwaited = true }
            }
        }
    }
}
