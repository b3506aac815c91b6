/// What is to be known of a schedule before it is saved.
package struct SchedulePreview: Sendable, Hashable {
    /// One start to come.
    package struct Start: Sendable, Hashable {
        package let instant: Int64
        /// With the zone's offset, as `2026-03-08T03:00:00-04:00`.
        package let text: String
    }

    /// Which of the two day fields must match.
    package enum DayRule: String, Sendable, Hashable {
        case both
        case either
    }

    /// How far clock changes are looked ahead for: two years.
    private static let horizon: Int64 = 2 * 366 * 86_400

    /// Plain English.
    package let explanation: String
    package let resolved: String
    package let zone: String
    /// Nil unless both day fields are restricted.
    package let dayRule: DayRule?
    package let next: [Start]
    /// Of the next two years.
    package let clockChanges: [ClockChange]
    package var lint: [ScheduleLint]

    /// Works it out as of an instant; rejects what never fires.
    package init(
        _ expression: CronExpression,
        zone: Zone,
        after instant: Int64,
        count: Int
    ) throws(CronSyntaxError) {
        self.init(expression, try Timetable(expression, zone: zone), after: instant, count: count)
    }

    /// Works it out of the expression and its instants.
    package init(_ expression: CronExpression, _ table: Timetable, after instant: Int64, count: Int) {
        let zone = table.zone
        explanation = Explanation(expression: expression, zone: zone).text
        resolved = expression.resolved
        self.zone = zone.name
        next = table.starts(after: instant, count: count)
        let place = min(max(instant, Timetable.firstInstant), Timetable.lastInstant)
        clockChanges = table.clockChanges(after: place, until: place + Self.horizon)
        lint = Linter(expression: expression, changes: clockChanges).lints
        dayRule = Self.dayRule(expression)
    }

    private static func dayRule(_ expression: CronExpression) -> DayRule? {
        guard case .calendar(let fields) = expression.kind, fields.days != CronFields.everyDay,
            fields.weekdays != CronFields.everyWeekday
        else { return nil }
        return fields.daysMustBothMatch ? .both : .either
    }
}

extension Timetable {
    /// The next starts, at most `count`, with their text.
    package func starts(after instant: Int64, count: Int) -> [SchedulePreview.Start] {
        var (place, found) = (instant, [SchedulePreview.Start]())
        while found.count < count, let next = next(after: place) {
            found.append(SchedulePreview.Start(instant: next, text: localTime(of: next).description))
            place = next
        }
        return found
    }
}
