import AgentStream
import Cron
import Model
import Store

extension ScheduleProcedures {
    static let backfillInput = Schema.object(
        [
            .required("id", .id), .required("from", .string(lengths: 1...64)),
            .required("to", .string(lengths: 1...64)),
        ],
        unknown: .refuse
    )

    static let backfillOutput = Schema.object(
        [
            .required("runs", .array(of: .id, maximum: ScheduleBackfill.mostRuns)),
            // Slots of the range that had runs before, and such that are not accounted for yet and so not made up for.
            .required("hadRuns", .integer(0...(.max))), .required("open", .integer(0...(.max))),
        ],
        unknown: .refuse
    )

    /// Makes runs of the slots of a range that were skipped.
    func backfill(_ input: JSONValue) async throws -> Procedure.Answer {
        for _ in 0..<Self.attempts {
            let schedule = try await schedule(input.text("id"))
            let (from, to) = try range(input, of: schedule)
            let records = try await store.skippedRecords(of: schedule.id, from: from, through: to)
            let backfill = ScheduleBackfill(schedule: schedule.id, zones: zones, from: from, through: to)
            let replacements = try backfill.replacements(of: records)
            let hadRuns = try await countRuns(of: schedule.id, from, to)
            let open = zones.timetable(schedule).map { countOpen(schedule, $0, from, to) }
            if let runs = try await store.backfill(schedule, replacements, queueLimit: operations.queueLimit) {
                return .value([
                    "runs": .array(runs.map { .string($0.rawValue) }), "hadRuns": JSONValue(hadRuns),
                    "open": JSONValue(open ?? 0),
                ])
            }
        }
        throw RPCError(.conflict, "The schedule's slots keep changing; try again.")
    }

    private func range(_ input: JSONValue, of schedule: Schedule) throws -> (from: Timestamp, to: Timestamp) {
        let from = try zones.instant(input.text("from"), in: schedule.content.zone, field: "from")
        let to = try zones.instant(input.text("to"), in: schedule.content.zone, field: "to")
        guard from <= to else { throw InputProblem(field: "to", message: "The end must not be before the start.") }
        guard to <= store.clock.now else {
            throw InputProblem(field: "to", message: "Only slots of the past can be made up for.")
        }
        return (from, to)
    }

    private func countRuns(of schedule: Schedule.ID, _ from: Timestamp, _ to: Timestamp) async throws -> Int {
        var count = 0
        var place: Timestamp? = Timestamp(milliseconds: to.milliseconds + 1)
        while let before = place {
            let page = try await store.slots(of: schedule, before: before, limit: 500)
            count += page.count { record in
                guard case .run(let slot, _, _, _) = record else { return false }
                return slot >= from
            }
            place = page.last.flatMap { $0.first >= from ? $0.first : nil }
        }
        return count
    }

    private func countOpen(_ schedule: Schedule, _ timetable: Timetable, _ from: Timestamp, _ to: Timestamp) -> Int {
        let start = max(schedule.cursor, Timestamp(milliseconds: from.milliseconds - 1))
        return SlotSequence(timetable, after: start, through: to).prefix(OpenSlots.mostCounted).count { _ in true }
    }
}
