import AgentStream
import Cron
import Model
import Store

extension ScheduleProcedures {
    static let slotsInput = Schema.object(
        [
            .required("id", .id), .optional("before", .string(lengths: 1...64)), .optional("limit", .integer(1...500)),
        ],
        unknown: .refuse
    )

    /// What became of the slots, newest first; in front of it, unless a place is named, those that are open.
    func slots(_ input: JSONValue) async throws -> Procedure.Answer {
        let id = input.text("id")
        let before = try await before(input, of: id)
        let known = try await store.slotsSnapshot(of: id, before: before, limit: input["limit"]?.int ?? 100)
        guard let schedule = known.schedule else { throw RPCError(.notFound, "There is no schedule \(id).") }
        let isOpen = before == nil && schedule.deletedAt == nil
        let open = isOpen ? open(schedule, known.pauseOfAll) : []
        return .value(.array(open + known.records.map(WireScheduleSlots.value)))
    }

    /// The place that is named, in the schedule's zone.
    private func before(_ input: JSONValue, of id: String) async throws -> Timestamp? {
        guard let text = input["before"]?.string else { return nil }
        let zone = try await store.slotsSnapshot(of: id, before: nil, limit: 1).schedule?.content.zone
        return try zones.instant(text, in: zone ?? "UTC", field: "before")
    }

    private func open(_ schedule: Schedule, _ all: PauseOfAll) -> [JSONValue] {
        guard let timetable = zones.timetable(schedule) else { return [WireScheduleSlots.unknown] }
        return OpenSlots.ranges(schedule, all, timetable, now: store.clock.now).reversed()
            .map(WireScheduleSlots.value)
    }
}
