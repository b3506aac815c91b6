/// An expression in a zone: the instants, in Unix seconds.
///
/// Expressions at particular times start once at the first instant after a gap of up to three hours that swallowed
/// them, and only in the first of two copies of an hour. Those with `*` first in the minute or the hour follow elapsed
/// time: nothing for a gap, both copies of an hour.
package struct Timetable: Sendable {
    /// What the search needs of an expression.
    private enum Plan {
        case calendar(CalendarSearch)
        case every(period: Int64, phase: Int64)
        case at(Int64)
        case manual
    }

    /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the instants that RFC 3339 can write.
    static let firstInstant: Int64 = -62_135_596_800
    static let lastInstant: Int64 = 253_402_300_799

    package let zone: Zone
    private let plan: Plan

    /// Rejects what never fires, as 30 February.
    package init(_ expression: CronExpression, zone: Zone) throws(CronSyntaxError) {
        self.zone = zone
        switch expression.kind {
        case .calendar(let fields):
            let search = CalendarSearch(fields)
            // The Gregorian calendar repeats every 400 years, weekdays included.
            guard search.firstDay(from: CivilDay.number(2000, 1, 1)) != nil else { throw Self.neverFires(expression) }
            plan = .calendar(search)
        case .every(let period, let phase): plan = .every(period: period, phase: phase)
        case .at(let instant): plan = .at(instant)
        case .manual: plan = .manual
        }
    }

    /// The first instant after the given one; nil for `@manual`, an `@at` that is past, and after the year 9999.
    package func next(after instant: Int64) -> Int64? {
        guard instant < Self.lastInstant else { return nil }
        let place = max(instant, Self.firstInstant)
        switch plan {
        case .calendar(let search):
            guard let found = CalendarWalk(search: search, zone: zone).next(after: place) else { return nil }
            return found <= Self.lastInstant ? found : nil
        case .every(let period, let phase):
            let found = (Self.floored(place - phase, period) + 1) * period + phase
            return found <= Self.lastInstant ? found : nil
        case .at(let moment): return moment > instant ? moment : nil
        case .manual: return nil
        }
    }

    /// The last instant before the given one; nil when there is none, or none since the year 1.
    package func previous(before instant: Int64) -> Int64? {
        guard instant > Self.firstInstant else { return nil }
        let place = min(instant, Self.lastInstant + 1)
        switch plan {
        case .calendar(let search):
            guard let found = CalendarWalk(search: search, zone: zone).previous(before: place) else { return nil }
            return found >= Self.firstInstant ? found : nil
        case .every(let period, let phase):
            let found = Self.floored(place - phase - 1, period) * period + phase
            return found >= Self.firstInstant ? found : nil
        case .at(let moment): return moment < instant ? moment : nil
        case .manual: return nil
        }
    }

    /// The walk of an expression of fields.
    var walk: CalendarWalk? {
        guard case .calendar(let search) = plan else { return nil }
        return CalendarWalk(search: search, zone: zone)
    }

    /// What the wall clock shows in the zone.
    package func localTime(of instant: Int64) -> LocalTime { zone.localTime(at: instant) }

    private static func floored(_ dividend: Int64, _ divisor: Int64) -> Int64 {
        Int64(floorDivided(Int(dividend), Int(divisor)))
    }

    /// Says which fields cannot come together.
    private static func neverFires(_ expression: CronExpression) -> CronSyntaxError {
        let words = expression.resolved.split(whereSeparator: \.isWhitespace)
        let shown = words.count == 5 ? "\(words[2]) with month \(words[3]) and day-of-week \(words[4])" : ""
        let bytes = Array(expression.text.utf8)
        let places = bytes.words(in: 0..<bytes.count)
        return CronSyntaxError(
            field: CronField.dayOfMonth.name,
            offset: places.count >= 5 ? places[places.count - 3].lowerBound : 0,
            "this never fires: day-of-month \(shown) is no day of the calendar in 400 years; correct one of the three"
        )
    }
}
