import AgentStream
import ArgumentParser
import Cron

/// `caretaker cron explain`.
struct CronExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says in plain English when an expression fires, and what is odd about it."
    )

    @Argument(help: "The expression, as '30 2 * * 1-5'.")
    var expression: String

    @OptionGroup var options: CronOptions

    func run() async throws {
        try await reporting {
            var reader = CronReader()
            let (parsed, zone) = try reader.read(expression, zone: options.zone, id: options.id)
            let table = try reader.timetable(parsed, zone)
            let preview = SchedulePreview(parsed, table, after: try reader.instant(nil, zone: zone), count: 3)
            options.format == .json ? Output.json(preview.wire) : print(preview)
        }
    }

    private func print(_ preview: SchedulePreview) {
        Output.fields(
            [("meaning", preview.explanation), ("resolved", preview.resolved), ("zone", preview.zone)]
                + preview.next.map { ("next", $0.text) }
                + preview.clockChanges.map { ("clock change", $0.description) }
                + preview.lint.map { ("note", $0.description) }
        )
    }
}

extension SchedulePreview {
    /// The form that programs read.
    var wire: JSONValue {
        [
            "explanation": .string(explanation), "resolved": .string(resolved), "zone": .string(zone),
            "dayRule": dayRule.map { .string($0.rawValue) } ?? .null,
            "next": .array(next.map { .string($0.text) }),
            "clockChanges": .array(
                clockChanges.map { change in
                    [
                        "date": .string(change.date), "effect": .string(change.effect.rawValue),
                        "times": .array(change.times.map { .string($0) }), "count": JSONValue(change.count),
                        "from": .string(change.from), "to": .string(change.to),
                        "text": .string(change.description),
                    ]
                }
            ),
            "lint": .array(
                lint.map { lint in
                    [
                        "code": .string(lint.code.rawValue), "field": lint.field.map { .string($0) } ?? .null,
                        "message": .string(lint.message),
                    ]
                }
            ),
        ]
    }
}
