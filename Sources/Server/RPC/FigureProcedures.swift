import AgentStream
import Model
import Store

/// The procedures on what runs came to.
struct FigureProcedures: Sendable {
    let store: Store

    private static let mostDays = 400

    var all: [Procedure] {
        [
            Procedure(
                "figures.days",
                .query,
                input: .optional(
                    .object(
                        [.optional("days", .integer(1...Self.mostDays)), .optional("task", .id)],
                        unknown: .refuse
                    )
                ),
                output: .array(of: Self.schema, maximum: .max),
                handler: days
            )
        ]
    }

    static let schema = Schema.object(
        [
            .required("day", .string(lengths: 10...10)), .required("taskId", .id),
            .required("state", WireRun.state),
            .required("runs", .integer(0...(.max))), .required("costUSD", .number(0...(.infinity))),
            .required("started", .integer(0...(.max))), .required("durationSeconds", .number(0...(.infinity))),
            .required("slots", .integer(0...(.max))), .required("latenessSeconds", .number(0...(.infinity))),
        ],
        unknown: .refuse
    )

    private func days(_ input: JSONValue) async throws -> Procedure.Answer {
        let today = store.clock.now.day
        let count = input["days"]?.int ?? 30
        var task: AgentTask.ID?
        if let name = input["task"]?.string {
            guard let found = try await store.task(name) else {
                throw StoreError(.notFound, "There is no task \(name).")
            }
            task = found.id
        }
        let figures = try await store.figures(of: (today - count + 1)...today, task: task)
        return .value(.array(figures.map(Self.value)))
    }

    private static func value(_ figures: DayFigures) -> JSONValue {
        [
            "day": .string(String(Timestamp(day: figures.day).iso8601.prefix(10))),
            "taskId": .string(figures.task.rawValue),
            "state": .string(figures.state.rawValue),
            "runs": JSONValue(figures.runs),
            "costUSD": JSONValue(figures.costUSD),
            "started": JSONValue(figures.started),
            "durationSeconds": JSONValue(figures.duration.seconds),
            "slots": JSONValue(figures.slots),
            "latenessSeconds": JSONValue(figures.lateness.seconds),
        ]
    }
}
