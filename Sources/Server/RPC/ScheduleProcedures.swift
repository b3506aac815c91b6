import AgentStream
import Model
import Store

/// The procedures on schedules.
struct ScheduleProcedures: Sendable {
    let store: Store
    let operations: any Operations
    let zones: ScheduleZones

    /// How often a change is worked out again when the schedule moved on meanwhile.
    static let attempts = 5

    var all: [Procedure] { reading + changing + pausing + SchedulePreviews(store: store, zones: zones).all + ofSlots }

    private var reading: [Procedure] {
        [
            Procedure(
                "schedules.byId",
                .query,
                input: Self.idInput,
                output: .nullable(WireSchedule.schema),
                handler: { input in
                    guard let schedule = try await store.schedule(input.text("id")) else { return .value(.null) }
                    return .value(try await wire().value(schedule))
                }
            ),
            Procedure(
                "schedules.list",
                .query,
                input: .optional(Self.listInput),
                output: .array(of: WireSchedule.schema, maximum: 500),
                handler: list
            ),
        ]
    }

    private var changing: [Procedure] {
        [
            Procedure(
                "schedules.create",
                .mutation,
                input: Self.createInput,
                output: WireSchedule.schema,
                handler: create
            ),
            Procedure(
                "schedules.update",
                .mutation,
                input: Self.updateInput,
                output: WireSchedule.schema,
                handler: update
            ),
            Procedure(
                "schedules.delete",
                .mutation,
                input: .object([.required("id", .id), TaskProcedures.force], unknown: .refuse),
                output: WireSchedule.schema,
                handler: { input in
                    let deleted = try await store.deleteSchedule(input.text("id"), isForced: input.isForced)
                    return try await answer(deleted)
                }
            ),
            Procedure(
                "schedules.runNow",
                .mutation,
                role: .operate,
                input: Self.idInput,
                output: .object([.required("id", .id)], unknown: .refuse),
                handler: { input in
                    let run = try await store.runNow(input.text("id"), queueLimit: operations.queueLimit)
                    return .value(["id": .string(run.id.rawValue)])
                }
            ),
        ]
    }

    private var ofSlots: [Procedure] {
        [
            Procedure(
                "schedules.slots",
                .query,
                input: Self.slotsInput,
                output: .array(of: WireScheduleSlots.schema, maximum: .max),
                handler: slots
            ),
            Procedure(
                "schedules.backfill",
                .mutation,
                role: .operate,
                input: Self.backfillInput,
                output: Self.backfillOutput,
                handler: backfill
            ),
        ]
    }

    static let idInput = Schema.object([.required("id", .id)], unknown: .refuse)

    private static let listInput = Schema.object(
        [.optional("taskId", .id), .optional("after", .id), .optional("limit", .integer(1...500))],
        unknown: .refuse
    )

    private func list(_ input: JSONValue) async throws -> Procedure.Answer {
        let filter = Store.ScheduleFilter(
            task: input["taskId"]?.string,
            after: input["after"]?.string.map(Schedule.ID.init(rawValue:)),
            limit: input["limit"]?.int ?? 100
        )
        let schedules = try await store.schedules(filter)
        return .value(.array(schedules.map(try await wire().value)))
    }

    /// A schedule as an answer.
    func answer(_ schedule: Schedule) async throws -> Procedure.Answer {
        .value(try await wire().value(schedule))
    }

    private func wire() async throws -> WireSchedule {
        WireSchedule(zones: zones, all: try await store.pauseOfAll(), now: store.clock.now)
    }

    /// The schedule of an id or a slug.
    func schedule(_ id: String) async throws -> Schedule {
        guard let schedule = try await store.schedule(id) else {
            throw RPCError(.notFound, "There is no schedule \(id).")
        }
        return schedule
    }
}
