import Cron
import Model
import Store

/// Works out what stands in the place of records of skipped slots when those of a range are made up for.
struct ScheduleBackfill {
    /// How many runs are made at once.
    static let mostRuns = 100

    let schedule: Schedule.ID
    let zones: ScheduleZones
    let from: Timestamp
    let through: Timestamp

    /// The records of which slots lie in the range, each with what is to become of all its slots.
    ///
    /// - Throws: `InputProblem` for too many slots, `RPCError` for a record whose zone cannot be read.
    func replacements(of records: [SkippedRecord]) throws -> [(record: SkippedRecord, plan: SlotPlan)] {
        var replacements: [(record: SkippedRecord, plan: SlotPlan)] = []
        var count = 0
        for record in records {
            let (plan, starts) = try plan(of: record)
            count += starts
            // Beyond what can be made only the number counts.
            if starts > 0, count <= Self.mostRuns { replacements.append((record, plan)) }
        }
        guard count <= Self.mostRuns else {
            throw InputProblem(
                field: "to",
                message: "These would be \(count) runs, and \(Self.mostRuns) are made at once; name a shorter range."
            )
        }
        return replacements
    }

    private func plan(of record: SkippedRecord) throws -> (plan: SlotPlan, starts: Int) {
        var plan = SlotPlan()
        var starts = 0
        try forEachSlot(of: record) { slot in
            guard slot >= from, slot <= through else {
                return plan.skip(SkippedSlots(slot, record.slots.reason))
            }
            starts += 1
            if starts <= Self.mostRuns { plan.start(slot) }
        }
        return (plan, starts)
    }

    private func forEachSlot(of record: SkippedRecord, _ body: (Timestamp) -> Void) throws {
        let slots = record.slots
        guard slots.count > 2 else {
            // Nothing lies between, whatever the zone is now.
            body(slots.first)
            return slots.last > slots.first ? body(slots.last) : ()
        }
        let timetable: Timetable
        do {
            timetable = try zones.timetable(record.expression, zone: record.zone, of: schedule)
        } catch {
            throw RPCError(.preconditionFailed, "The slots cannot be told any more: \(error)")
        }
        let before = Timestamp(milliseconds: slots.first.milliseconds - 1)
        for slot in SlotSequence(timetable, after: before, through: slots.last) { body(slot) }
    }
}
