package import Cron
import Model

/// The time zones that there are, and which of them is a schedule's that names none.
package struct ScheduleZones: Sendable {
    package let files: ZoneFiles
    /// `schedules.timezone`; nil for the host's.
    private let standard: String?

    package init(files: ZoneFiles = ZoneFiles(), standard: String? = nil) {
        self.files = files
        self.standard = standard
    }

    /// The zone of schedules that name none.
    var standardName: String { standard ?? files.hostZoneName() }

    /// The instants of an expression.
    ///
    /// - Throws: `CronSyntaxError` or `ZoneError`.
    func timetable(_ expression: String, zone: String, of schedule: Schedule.ID) throws -> Timetable {
        try Timetable(CronExpression(expression, key: schedule.rawValue), zone: files.zone(zone))
    }

    /// A schedule's instants; nil when its zone or expression cannot be read.
    func timetable(_ schedule: Schedule) -> Timetable? {
        try? timetable(schedule.content.expression, zone: schedule.content.zone, of: schedule.id)
    }

    /// The instant that a text names; one without offset is meant in `zone`.
    ///
    /// - Throws: `InputProblem` for `field`.
    func instant(_ text: String, in zone: String, field: String) throws(InputProblem) -> Timestamp {
        guard let instant = InstantText.instant(text, zone: (try? files.zone(zone)) ?? .utc) else {
            throw InputProblem(
                field: field,
                message: "\(text) is no time in whole seconds; write it as 2026-03-08T02:30:00Z or 2026-03-08T02:30."
            )
        }
        return Timestamp(seconds: instant)
    }
}

/// The slots after one instant and up to another, in order.
struct SlotSequence: Sequence, IteratorProtocol {
    private let timetable: Timetable
    private var place: Int64
    private let end: Int64

    init(_ timetable: Timetable, after start: Timestamp, through end: Timestamp) {
        self.timetable = timetable
        place = start.seconds
        self.end = end.seconds
    }

    mutating func next() -> Timestamp? {
        guard let slot = timetable.next(after: place), slot <= end else { return nil }
        place = slot
        return Timestamp(seconds: slot)
    }
}
