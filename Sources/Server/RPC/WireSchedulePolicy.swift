import AgentStream
import Model

/// A schedule's policy on the wire: seconds as whole numbers, instants in ISO 8601.
enum WireSchedulePolicy {
    static func value(_ policy: SchedulePolicy) -> JSONValue {
        [
            "jitter": JSONValue(policy.jitter),
            "overlap": .string(policy.overlap.rawValue),
            "catchUp": .string(policy.catchUp.rawValue),
            "deadline": JSONValue(policy.deadline),
            "cap": JSONValue(policy.cap),
            "start": policy.start.map { .string($0.iso8601) } ?? .null,
            "end": policy.end.map { .string($0.iso8601) } ?? .null,
            "pauseAfterFailures": policy.pauseAfterFailures.map { JSONValue($0) } ?? .null,
            "priority": policy.priority.map { JSONValue($0) } ?? .null,
            "precheck": policy.precheck.map { .array($0.map(JSONValue.string)) } ?? .null,
        ]
    }

    /// Whatever the policy is.
    static let schema = Schema.object(fields(Schema.Field.required), unknown: .refuse)
    /// What is given of it.
    static let inputSchema = Schema.object(fields(Schema.Field.optional), unknown: .refuse)

    private static func fields(_ field: (String, Schema) -> Schema.Field) -> [Schema.Field] {
        [
            field("jitter", .integer(0...86_400)),
            field("overlap", .word(SchedulePolicy.Overlap.allCases.map(\.rawValue))),
            field("catchUp", .word(SchedulePolicy.CatchUp.allCases.map(\.rawValue))),
            field("deadline", .integer(0...2_678_400)),
            field("cap", .integer(1...1000)),
            field("start", .nullable(.string(lengths: 1...64))),
            field("end", .nullable(.string(lengths: 1...64))),
            field("pauseAfterFailures", .nullable(.integer(1...1000))),
            field("priority", .nullable(.integer(-1000...1000))),
            field("precheck", .nullable(.array(of: .string(lengths: 0...30_000), maximum: 64))),
        ]
    }
}
