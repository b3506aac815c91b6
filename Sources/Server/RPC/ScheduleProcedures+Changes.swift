import AgentStream
import Cron
import Model
import Store

extension ScheduleProcedures {
    static let createInput = Schema.object(
        [
            .required("name", name), .required("task", .id), .required("repository", .text),
            .required("expression", expression),
        ] + common,
        unknown: .refuse
    )

    /// What is absent stays, and null clears.
    static let updateInput = Schema.object(
        [
            .required("id", .id), .optional("name", name), .optional("task", .id), .optional("repository", .text),
            .optional("expression", expression),
        ] + common,
        unknown: .refuse
    )

    private static let name = Schema.string(lengths: 1...200)
    static let expression = Schema.string(lengths: 1...1000)
    static let zone = Schema.string(lengths: 1...255)

    private static let common: [Schema.Field] = [
        .optional("ref", .nullable(.string(lengths: 1...255))),
        .optional("zone", .nullable(zone)),
        .optional("policy", WireSchedulePolicy.inputSchema),
    ]

    func create(_ input: JSONValue) async throws -> Procedure.Answer {
        let now = store.clock.now
        let id = Schedule.ID(at: now)
        let content = try ScheduleContentReader(zones: zones, id: id, now: now)
            .content(input, task: try await taskID(input.text("task")), over: nil)
        try operations.check(repository: content.repository, ref: content.ref)
        return try await answer(try await store.createSchedule(content, id: id))
    }

    func update(_ input: JSONValue) async throws -> Procedure.Answer {
        for _ in 0..<Self.attempts {
            let old = try await schedule(input.text("id"))
            let now = store.clock.now
            let given = input["task"]?.string
            let task = if let given { try await taskID(given) } else { old.content.task }
            let content = try ScheduleContentReader(zones: zones, id: old.id, now: now)
                .content(input, task: task, over: old.content)
            if content.repository != old.content.repository || content.ref != old.content.ref {
                try operations.check(repository: content.repository, ref: content.ref)
            }
            let closing =
                content.hasOtherSlots(than: old.content) ? (plan: try await closing(old, now), through: now) : nil
            if let schedule = try await store.updateSchedule(old, content, closing: closing) {
                return try await answer(schedule)
            }
        }
        throw RPCError(.conflict, "The schedule keeps changing; try again.")
    }

    /// What becomes of the slots of which nobody has said so yet, when those from now on are others.
    private func closing(_ schedule: Schedule, _ now: Timestamp) async throws -> SlotPlan {
        // Without the zone nobody knows which slots there were.
        guard let timetable = zones.timetable(schedule) else { return SlotPlan() }
        let all = try await store.pauseOfAll()
        return SlotPlan(closing: OpenSlots.ranges(schedule, all, timetable, now: now, limit: nil))
    }

    private func taskID(_ id: String) async throws -> AgentTask.ID {
        guard let task = try await store.task(id) else {
            throw InputProblem(field: "task", message: "There is no task \(id).")
        }
        return task.id
    }
}
