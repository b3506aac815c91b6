package import AgentStream
package import Cron
import Model

/// What an expression comes to, on the wire; the command line prints the same.
package enum WireSchedulePreview {
    package static func value(_ preview: SchedulePreview) -> JSONValue {
        [
            "explanation": .string(preview.explanation), "resolved": .string(preview.resolved),
            "zone": .string(preview.zone), "dayRule": preview.dayRule.map { .string($0.rawValue) } ?? .null,
            "next": .array(preview.next.map { .string($0.text) }),
            "nextAt": .array(preview.next.map { .string(Timestamp(seconds: $0.instant).iso8601) }),
            "clockChanges": .array(preview.clockChanges.map(change)), "lint": .array(preview.lint.map(lint)),
        ]
    }

    static let schema = Schema.object(
        [
            .required("explanation", .text), .required("resolved", .text), .required("zone", .text),
            .required("dayRule", .nullable(.word(["both", "either"]))),
            .required("next", .array(of: .text, maximum: mostStarts)),
            .required("nextAt", .array(of: .time, maximum: mostStarts)),
            .required("clockChanges", .array(of: changeSchema, maximum: .max)),
            .required("lint", .array(of: lintSchema, maximum: .max)),
        ],
        unknown: .refuse
    )

    /// How many instants are told.
    static let mostStarts = 1000

    private static func change(_ change: ClockChange) -> JSONValue {
        [
            "date": .string(change.date), "effect": .string(change.effect.rawValue),
            "times": .array(change.times.map { .string($0) }), "count": JSONValue(change.count),
            "from": .string(change.from), "to": .string(change.to), "text": .string(change.description),
        ]
    }

    private static let changeSchema = Schema.object(
        [
            .required("date", .text), .required("effect", .text), .required("times", .array(of: .text, maximum: .max)),
            .required("count", .integer(0...(.max))), .required("from", .text), .required("to", .text),
            .required("text", .text),
        ],
        unknown: .refuse
    )

    private static func lint(_ lint: ScheduleLint) -> JSONValue {
        [
            "code": .string(lint.code.rawValue), "field": lint.field.map { .string($0) } ?? .null,
            "message": .string(lint.message),
        ]
    }

    private static let lintSchema = Schema.object(
        [.required("code", .text), .required("field", .nullable(.text)), .required("message", .text)],
        unknown: .refuse
    )
}
