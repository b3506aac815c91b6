import AgentStream
import Cron
import Model
import Store

extension ScheduleProcedures {
    static let createInput = Schema.object([.required("task", .id)] + contentFields, unknown: .refuse)

    /// What is given of a schedule beside its task.
    static let contentFields: [Schema.Field] =
        [.required("name", name), .required("repository", .text), .required("expression", expression)] + common

    /// What is absent stays, and null clears.
    static let updateInput = Schema.object(
        [
            .required("id", .id), .optional("name", name), .optional("task", .id), .optional("repository", .text),
            .optional("expression", expression), TaskProcedures.force,
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

    /// Changes a schedule; slots that are due at the moment get their runs first.
    func update(_ input: JSONValue) async throws -> Procedure.Answer {
        var (turns, changes) = (0, 0)
        while changes < Self.attempts {
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
                content.hasOtherSlots(than: old.content)
                ? ScheduleClosing(old, try await store.pauseOfAll(), zones, now: now) : nil
            if closing?.isAwaited == true, turns < Self.attempts {
                turns += 1
                try await Task.sleep(for: Self.turn)
                continue
            }
            let end = closing.map { (plan: $0.plan, through: $0.through) }
            let schedule = try await store.updateSchedule(old, content, closing: end, isForced: input.isForced)
            if let schedule {
                return try await answer(schedule)
            }
            changes += 1
        }
        throw RPCError(.conflict, "The schedule keeps changing; try again.")
    }

    /// How long whoever makes the runs of due slots is waited for at a time.
    static let turn = Duration.milliseconds(200)

    private func taskID(_ id: String) async throws -> AgentTask.ID {
        guard let task = try await store.task(id) else {
            throw InputProblem(field: "task", message: "There is no task \(id).")
        }
        return task.id
    }
}
