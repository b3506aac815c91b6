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
        let limit = input["limit"]?.int ?? 100
        guard let schedule = try await store.schedule(input.text("id")) else {
            return try await slotsOfTheDeleted(input, limit)
        }
        guard let before = try before(input, in: schedule.content.zone) else {
            // The open ones first: what is decided in between is then told twice rather than not at all.
            let open = try await open(schedule)
            let records = try await store.slots(of: schedule.id, before: nil, limit: limit)
            return .value(.array(open + records.map(WireScheduleSlots.value)))
        }
        let records = try await store.slots(of: schedule.id, before: before, limit: limit)
        return .value(.array(records.map(WireScheduleSlots.value)))
    }

    /// The slots of a schedule that is not there any more, and has none that are open.
    private func slotsOfTheDeleted(_ input: JSONValue, _ limit: Int) async throws -> Procedure.Answer {
        let id = Schedule.ID(rawValue: input.text("id"))
        let before = try before(input, in: "UTC")
        let records = try await store.slots(of: id, before: before, limit: limit)
        if records.isEmpty, try await store.slots(of: id, before: nil, limit: 1).isEmpty {
            throw RPCError(.notFound, "There is no schedule \(id).")
        }
        return .value(.array(records.map(WireScheduleSlots.value)))
    }

    private func before(_ input: JSONValue, in zone: String) throws -> Timestamp? {
        try input["before"]?.string.map { try zones.instant($0, in: zone, field: "before") }
    }

    private func open(_ schedule: Schedule) async throws -> [JSONValue] {
        let all = try await store.pauseOfAll()
        guard let timetable = zones.timetable(schedule) else { return [WireScheduleSlots.unknown] }
        return OpenSlots.ranges(schedule, all, timetable, now: store.clock.now).reversed()
            .map(WireScheduleSlots.value)
    }
}
