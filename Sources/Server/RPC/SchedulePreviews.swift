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
        var preview = try SchedulePreview(expression, zone: zone, after: after.seconds, count: count)
        preview.lint += try await clashes(preview, but: id)
        return .value(WireSchedulePreview.value(preview))
    }

    /// How many schedules are looked at for clashes.
    private static let mostOthers = 500

    /// The first of the instants at which other schedules are due, too, with their names.
    private func clashes(_ preview: SchedulePreview, but id: Schedule.ID) async throws -> [ScheduleLint] {
        let others = try await store.schedules(Store.ScheduleFilter(limit: Self.mostOthers))
            .filter { $0.id != id && $0.pause == nil }
        let timetables = others.compactMap { other -> (name: String, timetable: Timetable)? in
            guard let expression = try? CronExpression(other.content.expression, key: other.id.rawValue),
                let zone = try? zones.files.zone(other.content.zone),
                let timetable = try? Timetable(expression, zone: zone)
            else { return nil }
            return (other.slug, timetable)
        }
        for start in preview.next {
            let names = timetables.filter { $0.timetable.next(after: start.instant - 1) == start.instant }.map(\.name)
            guard !names.isEmpty else { continue }
            let more = names.count > 3 ? " and \(names.count - 3) more" : ""
            let message =
                "at \(start.text) \(names.prefix(3).joined(separator: ", "))\(more) are due, too; H or jitter "
            return [ScheduleLint(code: .clash, field: nil, message: message + "spreads them")]
        }
        return []
    }
}
