import AgentStream
import Model
import Store

extension ScheduleProcedures {
    var pausing: [Procedure] {
        [
            Procedure(
                "schedules.pause",
                .mutation,
                role: .operate,
                input: .object([.required("id", .id)] + Self.reasons, unknown: .refuse),
                output: WireSchedule.schema,
                handler: { input in
                    let paused = try await store.pauseSchedule(input.text("id"), note: input.note, by: input.by)
                    return try await answer(paused)
                }
            ),
            Procedure(
                "schedules.resume",
                .mutation,
                role: .operate,
                input: Self.idInput,
                output: WireSchedule.schema,
                handler: { try await answer(try await store.resumeSchedule($0.text("id"))) }
            ),
            Procedure(
                "schedules.pauseAll",
                .mutation,
                role: .operate,
                input: .optional(.object(Self.reasons, unknown: .refuse)),
                output: WireSchedule.allSchema,
                handler: { input in
                    let paused = try await store.pauseAllSchedules(note: input.note, by: input.by)
                    return .value(WireSchedule.value(paused))
                }
            ),
            Procedure(
                "schedules.resumeAll",
                .mutation,
                role: .operate,
                input: .optional(.object([], unknown: .refuse)),
                output: WireSchedule.allSchema,
                handler: { _ in .value(WireSchedule.value(try await store.resumeAllSchedules())) }
            ),
            Procedure(
                "schedules.pauseState",
                .query,
                input: .optional(.object([], unknown: .refuse)),
                output: WireSchedule.allSchema,
                handler: { _ in .value(WireSchedule.value(try await store.pauseOfAll())) }
            ),
        ]
    }

    private static let reasons: [Schema.Field] = [
        .optional("note", .nullable(.string(lengths: 0...1000))),
        .optional("by", .nullable(.string(lengths: 1...200))),
    ]
}

extension JSONValue {
    fileprivate var note: String? { self["note"]?.string }
    fileprivate var by: String? { self["by"]?.string }
}
