import AgentStream
import Model
import Store

/// What became of a task: its versions, how often each was used, and what hangs on it.
struct TaskHistoryProcedures: Sendable {
    let store: Store

    var all: [Procedure] {
        [
            Procedure(
                "tasks.history",
                .query,
                input: .object(
                    [.required("id", .id), .optional("version", .integer(1...(.max)))],
                    unknown: .refuse
                ),
                output: Self.schema,
                handler: history
            )
        ]
    }

    private func history(_ input: JSONValue) async throws -> Procedure.Answer {
        let history = try await store.taskHistory(input.text("id"), version: input["version"]?.int, limit: 0)
        return .value([
            "task": WireTask.value(history.task),
            "deletedAt": history.task.deletedAt.map { .string($0.iso8601) } ?? .null,
            "versions": .array(history.versions.map(Self.version)),
            "schedules": JSONValue(history.scheduleCount),
            "queued": JSONValue(history.queuedCount),
            "active": JSONValue(history.activeCount),
            "costUSD": JSONValue(history.costUSD),
        ])
    }

    private static func version(_ version: TaskHistory.Version) -> JSONValue {
        [
            "version": JSONValue(version.number), "createdAt": .string(version.createdAt.iso8601),
            "runs": JSONValue(version.runs),
        ]
    }

    private static let schema = Schema.object(
        [
            .required("task", WireTask.schema),
            .required("deletedAt", .nullable(.time)),
            .required("versions", .array(of: versionSchema, maximum: .max)),
            .required("schedules", .integer(0...(.max))),
            .required("queued", .integer(0...(.max))),
            .required("active", .integer(0...(.max))),
            .required("costUSD", .number(0...(.infinity))),
        ],
        unknown: .refuse
    )

    private static let versionSchema = Schema.object(
        [
            .required("version", .integer(1...(.max))), .required("createdAt", .time),
            .required("runs", .integer(0...(.max))),
        ],
        unknown: .refuse
    )
}
