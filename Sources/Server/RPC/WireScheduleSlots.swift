import AgentStream
import Model
import Store

/// What became of slots, on the wire.
enum WireScheduleSlots {
    static let schema = Schema.object(
        [
            .required("kind", .word(["run", "skipped", "due"])),
            // Of a run.
            .optional("slot", .time), .optional("runId", .id),
            .optional("state", WireRun.state),
            .optional("trigger", .word(RunOrigin.Trigger.allCases.map(\.rawValue))),
            // Of slots without runs; null where nobody can say.
            .optional("first", .nullable(.time)), .optional("last", .nullable(.time)),
            .optional("count", .nullable(.integer(1...(.max)))),
            .optional("reason", .word(SkipReason.allCases.map(\.rawValue))), .optional("at", .time),
            .optional("open", .boolean), .optional("countIsAtLeast", .boolean),
        ],
        unknown: .refuse
    )

    static func value(_ record: SlotRecord) -> JSONValue {
        switch record {
        case .run(let slot, let run, let state, let trigger):
            [
                "kind": "run",
                "slot": .string(slot.iso8601),
                "runId": .string(run.rawValue),
                "state": .string(state.name.rawValue),
                "trigger": .string(trigger.rawValue),
            ]
        case .skipped(let record):
            [
                "kind": "skipped",
                "first": .string(record.slots.first.iso8601),
                "last": .string(record.slots.last.iso8601),
                "count": JSONValue(record.slots.count),
                "reason": .string(record.slots.reason.rawValue),
                "at": .string(record.at.iso8601),
            ]
        }
    }

    /// Slots that are not accounted for yet.
    static func value(_ slots: OpenSlots) -> JSONValue {
        var object: JSONObject = ["kind": slots.reason == nil ? "due" : "skipped"]
        object["first"] = .string(slots.first.iso8601)
        object["last"] = .string(slots.last.iso8601)
        object["count"] = JSONValue(slots.count)
        object["reason"] = slots.reason.map { .string($0.rawValue) }
        object["open"] = true
        if slots.isCountedInPart { object["countIsAtLeast"] = true }
        return .object(object)
    }

    /// Slots that cannot be told, as the time zone is not there.
    static let unknown: JSONValue = [
        "kind": "skipped", "first": .null, "last": .null, "count": .null, "reason": "invalid", "open": true,
    ]
}
