import AgentStream
import Model
import Store

/// Tasks and schedules in the form of files.
enum DeclaredContent {
    /// Everything of a task, for comparison.
    static func task(_ content: TaskContent, slug: String) -> JSONValue {
        [
            "slug": .string(slug), "name": .string(content.name), "steps": WireTask.steps(content.steps),
            "settings": WireTask.settings(content.settings),
        ]
    }

    /// Everything of a schedule, for comparison.
    static func schedule(_ content: ScheduleContent, slug: String, task: String) -> JSONValue {
        [
            "slug": .string(slug), "name": .string(content.name), "task": .string(task),
            "repository": .string(content.repository), "ref": content.ref.map { .string($0) } ?? .null,
            "expression": .string(content.expression), "zone": .string(content.zone),
            "policy": WireSchedulePolicy.value(content.policy),
        ]
    }

    /// A task's document: nothing of it is said that goes without saying, or may be secret.
    static func document(_ task: AgentTask, _ schedules: [Schedule]) -> JSONValue {
        var document: JSONObject = [
            "kind": .string(DeclarationSchema.Kind.task.rawValue), "slug": .string(task.slug),
            "name": .string(task.name),
            "steps": .array(task.steps.map(step)),
        ]
        let settings = SecretValues.withheld(WireTask.settings(task.settings))
        if settings.object?.isEmpty == false { document["settings"] = settings }
        if !schedules.isEmpty { document["schedules"] = .array(schedules.map(schedule)) }
        return .object(document)
    }

    private static func step(_ step: Step) -> JSONValue {
        var object: JSONObject = ["instructions": .string(step.instructions)]
        if !step.checks.isEmpty { object["checks"] = .string(step.checks) }
        return .object(object)
    }

    private static func schedule(_ schedule: Schedule) -> JSONValue {
        let content = schedule.content
        var object: JSONObject = [
            "slug": .string(schedule.slug), "name": .string(content.name), "repository": .string(content.repository),
        ]
        object["ref"] = content.ref.map { .string($0) }
        object["expression"] = .string(content.expression)
        object["zone"] = .string(content.zone)
        let standard = WireSchedulePolicy.value(SchedulePolicy())
        let policy = (WireSchedulePolicy.value(content.policy).object ?? [:])
            .filter { standard[$0.key] != $0.value }
            .map { member in
                guard ["start", "end"].contains(member.key), let text = member.value.string else { return member }
                // Such instants are whole seconds.
                return JSONObject.Member(key: member.key, value: .string("\(text.prefix(19))Z"))
            }
        if !policy.isEmpty { object["policy"] = .object(JSONObject(policy)) }
        return .object(object)
    }
}

extension AgentTask {
    var content: TaskContent { TaskContent(name: name, steps: steps, settings: settings) }
}
