import AgentStream
import Model

/// The fields of a schedule.
enum ScheduleFields {
    /// How its slots become runs, in groups.
    static func policy(_ policy: SchedulePolicy) -> [WebFieldGroup] {
        [
            WebFieldGroup("Earlier runs and missed slots", [overlap(policy)] + missed(policy)),
            WebFieldGroup("Bounds, order and failures", bounds(policy)),
        ]
    }

    private static func overlap(_ policy: SchedulePolicy) -> WebField {
        WebField(
            "policy.overlap",
            "While an earlier run has not ended",
            policy.overlap.rawValue,
            kind: .choice,
            choices: SchedulePolicy.Overlap.allCases.map { ($0.rawValue, words($0)) }
        )
    }

    private static func words(_ overlap: SchedulePolicy.Overlap) -> String {
        switch overlap {
        case .skip: "skip the slot"
        case .queueOne: "let one run wait for its end"
        case .queueAll: "let every slot's run wait its turn"
        case .cancelRunning: "cancel the earlier run"
        case .allow: "run side by side"
        }
    }

    private static func words(_ catchUp: SchedulePolicy.CatchUp) -> String {
        switch catchUp {
        case .none: "are skipped"
        case .latest: "the last one is made up for"
        case .all: "all are made up for, oldest first"
        }
    }

    private static func missed(_ policy: SchedulePolicy) -> [WebField] {
        [
            WebField(
                "policy.catchUp",
                "Slots that came due while the service did not run",
                policy.catchUp.rawValue,
                kind: .choice,
                choices: SchedulePolicy.CatchUp.allCases.map { ($0.rawValue, words($0)) }
            ),
            .integer("policy.deadline", "Seconds after which a slot is not made up for", policy.deadline),
            .integer("policy.cap", "Slots made up for at once, at most", policy.cap),
            .integer(
                "policy.jitter",
                "Seconds by which a start is put off, at most",
                policy.jitter,
                hint: "Always the same for one slot; it spreads schedules that are due together."
            ),
        ]
    }

    private static func bounds(_ policy: SchedulePolicy) -> [WebField] {
        let zoned = "Such as 2026-03-08T02:30 in the schedule's zone, or 2026-03-08T02:30:00Z. Empty: none."
        return [
            WebField("policy.start", "Not before", policy.start.map(text), hint: zoned, empty: .null),
            WebField("policy.end", "Not from then on", policy.end.map(text), hint: zoned, empty: .null),
            WebField(
                "policy.pauseAfterFailures",
                "Failed runs in a row after which it pauses itself",
                policy.pauseAfterFailures.map { "\($0)" },
                kind: .integer,
                hint: "Empty: never.",
                empty: .null
            ),
            WebField(
                "policy.priority",
                "Priority of its runs",
                policy.priority.map { "\($0)" },
                kind: .integer,
                hint: "Empty: the task's.",
                empty: .null
            ),
            WebField(
                "policy.precheck",
                "Command before the agent",
                policy.precheck.map {
                    String(decoding: JSONValue.array($0.map(JSONValue.string)).encoded, as: UTF8.self)
                },
                kind: .json,
                hint:
                    "A JSON list, such as [\"git\", \"diff\", \"--quiet\"]. When it exits with 78 there is nothing to do.",
                empty: .null
            ),
        ]
    }

    private static func text(_ instant: Timestamp) -> String { "\(instant.iso8601.prefix(19))Z" }
}
