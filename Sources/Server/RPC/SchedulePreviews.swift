import AgentStream
import Cron
import Model
import Store

/// `schedules.preview`: what an expression comes to, before it is saved.
struct SchedulePreviews: Sendable {
    let store: Store
    let zones: ScheduleZones

    var all: [Procedure] {
        [
            Procedure(
                "schedules.preview",
                .query,
                input: Self.input,
                output: WireSchedulePreview.schema,
                handler: preview
            )
        ]
    }

    private static let input = Schema.object(
        [
            .required("expression", ScheduleProcedures.expression),
            .optional("zone", .nullable(ScheduleProcedures.zone)),
            .optional("count", .integer(0...WireSchedulePreview.mostStarts)), .optional("id", .nullable(.id)),
            .optional("after", .nullable(.string(lengths: 1...64))),
        ],
        unknown: .refuse
    )

    private func preview(_ input: JSONValue) async throws -> Procedure.Answer {
        let now = store.clock.now
        let given = input["id"]?.string ?? ""
        let id = try await store.schedule(given)?.id ?? Schedule.ID(rawValue: given)
        let reader = ScheduleContentReader(zones: zones, id: id, now: now)
        let expression = try ScheduleContentReader.parse(input.text("expression"), of: id)
        let timetable = try reader.timetable(expression, try reader.zoneName(expression, input))
        let zone = timetable.zone
        let after = try input["after"]?.string.map { try zones.instant($0, in: zone.name, field: "after") } ?? now
        let count = input["count"]?.int ?? 5
        let preview = try SchedulePreview(expression, zone: zone, after: after.seconds, count: count)
        return .value(WireSchedulePreview.value(preview))
    }
}
