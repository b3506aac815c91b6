import AgentStream
import Cron
import Model
import Store

/// Schedules on the wire.
struct WireSchedule {
    /// What a schedule is to somebody who looks at it.
    enum State: String, CaseIterable {
        case active
        /// Alone or with all others.
        case paused
        /// Its time zone cannot be read.
        case invalid
    }

    let zones: ScheduleZones
    let all: PauseOfAll
    let now: Timestamp

    func value(_ schedule: Schedule) -> JSONValue {
        let content = schedule.content
        let timetable = zones.timetable(schedule)
        let isPaused = schedule.pause != nil || all.pause != nil
        let state: State = isPaused ? .paused : timetable == nil || schedule.isInvalid ? .invalid : .active
        let next = isPaused ? nil : timetable.flatMap { self.next($0, schedule.cursor, content.policy) }
        let expression = try? CronExpression(content.expression, key: schedule.id.rawValue)
        return [
            "id": .string(schedule.id.rawValue),
            "slug": .string(schedule.slug),
            "name": .string(content.name),
            "taskId": .string(content.task.rawValue),
            "repository": .string(content.repository),
            "ref": Self.text(content.ref),
            "expression": .string(content.expression),
            "resolved": .string(expression?.resolved ?? content.expression),
            "zone": .string(content.zone),
            "policy": WireSchedulePolicy.value(content.policy),
            "state": .string(state.rawValue),
            "pause": schedule.pause.map(Self.pause) ?? .null,
            "pausedByAll": .bool(all.pause != nil),
            "createdAt": .string(schedule.createdAt.iso8601),
            "updatedAt": .string(schedule.updatedAt.iso8601),
            "accountedUntil": .string(schedule.cursor.iso8601),
            "nextAt": Self.text(next.map { Timestamp(seconds: $0).iso8601 }),
            "next": Self.text(next.flatMap { timetable?.localTime(of: $0).description }),
            "failuresInARow": JSONValue(schedule.failuresInARow),
            "managedBy": Self.text(schedule.managedBy?.rawValue),
        ]
    }

    /// The first slot from now on that lies within the bounds and is not accounted for yet.
    private func next(_ timetable: Timetable, _ cursor: Timestamp, _ policy: SchedulePolicy) -> Int64? {
        // The cursor lies ahead after the clock was set back.
        let from = max(now, cursor)
        let start = policy.start.map { Timestamp(milliseconds: $0.milliseconds - 1) }
        let slot = timetable.next(after: max(from, start ?? from).seconds)
        return slot.flatMap { policy.allows(Timestamp(seconds: $0)) ? $0 : nil }
    }

    static let schema = Schema.object(
        [
            .required("id", .id), .required("slug", .text), .required("name", .text), .required("taskId", .id),
            .required("repository", .text), .required("ref", .nullable(.text)), .required("expression", .text),
            .required("resolved", .text), .required("zone", .text), .required("policy", WireSchedulePolicy.schema),
            .required("state", .word(State.allCases.map(\.rawValue))),
            .required("pause", .nullable(pauseSchema)), .required("pausedByAll", .boolean),
            .required("createdAt", .time), .required("updatedAt", .time), .required("accountedUntil", .time),
            .required("nextAt", .nullable(.time)), .required("next", .nullable(.text)),
            .required("failuresInARow", .integer(0...(.max))), .required("managedBy", .nullable(.text)),
        ],
        unknown: .refuse
    )

    /// The pause of all schedules.
    static func value(_ all: PauseOfAll) -> JSONValue {
        ["pause": all.pause.map(pause) ?? .null, "resumedAt": text(all.paused?.until?.iso8601)]
    }

    static let allSchema = Schema.object(
        [.required("pause", .nullable(pauseSchema)), .required("resumedAt", .nullable(.time))],
        unknown: .refuse
    )

    private static func pause(_ pause: SchedulePause) -> JSONValue {
        ["at": .string(pause.at.iso8601), "note": text(pause.note), "by": text(pause.by)]
    }

    static let pauseSchema = Schema.object(
        [.required("at", .time), .required("note", .nullable(.text)), .required("by", .nullable(.text))],
        unknown: .refuse
    )

    private static func text(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
