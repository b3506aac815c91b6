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
            let closing = content.hasOtherSlots(than: old.content) ? try await closing(old, now) : nil
            if closing?.isAwaited == true, turns < Self.attempts {
                turns += 1
                try await Task.sleep(for: Self.turn)
                continue
            }
            let end = closing.map { (plan: $0.plan, through: $0.through) }
            if let schedule = try await store.updateSchedule(old, content, closing: end) {
                return try await answer(schedule)
            }
            changes += 1
        }
        throw RPCError(.conflict, "The schedule keeps changing; try again.")
    }

    /// How long whoever makes the runs of due slots is waited for at a time.
    private static let turn = Duration.milliseconds(200)

    /// What becomes of the slots of which nobody has said so yet, when those from now on are others.
    ///
    /// While the zone cannot be read, nothing is recorded of them, not even as `invalid`: a record names its first and
    /// last slot and their number, and only the zone would tell these.
    private func closing(_ schedule: Schedule, _ now: Timestamp) async throws -> ScheduleClosing {
        guard let timetable = zones.timetable(schedule) else { return ScheduleClosing(through: now) }
        return ScheduleClosing(schedule, try await store.pauseOfAll(), timetable, now: now)
    }

    private func taskID(_ id: String) async throws -> AgentTask.ID {
        guard let task = try await store.task(id) else {
            throw InputProblem(field: "task", message: "There is no task \(id).")
        }
        return task.id
    }
}
