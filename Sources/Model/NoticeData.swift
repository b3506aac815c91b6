import AgentStream

/// What a notice tells of the things that it is about.
package struct NoticeData: Sendable {
    package var task: AgentTask
    /// Nil for an overdue schedule.
    package var run: Run?
    /// Nil for a run that no schedule made.
    package var schedule: Schedule?
    /// When a run of the schedule last succeeded.
    package var lastSuccess: Timestamp?
    /// How many runs of the task had failed since one succeeded, before this one if it did.
    package var failuresInARow: Int

    package init(task: AgentTask, run: Run?, schedule: Schedule?, lastSuccess: Timestamp?, failuresInARow: Int) {
        self.task = task
        self.run = run
        self.schedule = schedule
        self.lastSuccess = lastSuccess
        self.failuresInARow = failuresInARow
    }

    /// The object as receivers get it: every field is always there, and null when there is nothing to say.
    package var json: String {
        let value: JSONValue = [
            "run": run.map(Self.value) ?? .null,
            "task": ["id": .string(task.id.rawValue), "slug": .string(task.slug), "name": .string(task.name)],
            "schedule": schedule.map(value) ?? .null,
            "failuresInARow": JSONValue(failuresInARow),
        ]
        return String(decoding: value.encoded, as: UTF8.self)
    }

    private static func value(_ run: Run) -> JSONValue {
        [
            "id": .string(run.id.rawValue),
            "state": .string(run.state.name.rawValue),
            "reason": text(run.state.reason),
            "detail": text(run.detail),
            "trigger": .string(run.origin.trigger.rawValue),
            "attempt": JSONValue(run.origin.attempt),
            "startedAt": text(run.startedAt?.iso8601),
            "finishedAt": text(run.finishedAt?.iso8601),
            "costUSD": run.usage?.costUSD.map { JSONValue($0) } ?? .null,
        ]
    }

    private func value(_ schedule: Schedule) -> JSONValue {
        [
            "id": .string(schedule.id.rawValue),
            "slug": .string(schedule.slug),
            "name": .string(schedule.content.name),
            "expression": .string(schedule.content.expression),
            "zone": .string(schedule.content.zone),
            "lastSuccessAt": Self.text(lastSuccess?.iso8601),
        ]
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
