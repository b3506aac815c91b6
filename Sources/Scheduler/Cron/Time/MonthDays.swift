/// The days of a month that an expression's two day fields mean, as bits.
struct MonthDays {
    let fields: CronFields

    /// A 1 for each of six weeks.
    private static let weeks: UInt64 = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28 | 1 << 35

    /// Bit n - 1: day n matches.
    ///
    /// - Parameters:
    ///   - length: How many days the month has.
    ///   - weekday: The weekday of its first day.
    /// - Returns: 28 to 31 bits.
    @inline(__always)
    func mask(length: Int, weekday: Int) -> UInt64 {
        var byDay = UInt64(fields.days)
        if fields.lastDay || fields.lastWorkday { byDay |= lastDays(length, weekday) }
        var byWeekday = (UInt64(fields.weekdays) &* Self.weeks) >> UInt64(weekday)
        if fields.nthWeekdays != 0 || fields.lastWeekdays != 0 { byWeekday |= countedWeekdays(length, weekday) }
        let both = fields.daysMustBothMatch ? byDay & byWeekday : byDay | byWeekday
        return both & (1 << UInt64(length) - 1)
    }

    private func lastDays(_ length: Int, _ weekday: Int) -> UInt64 {
        let last = (weekday + length - 1) % 7
        let weekend = last == 6 ? 1 : last == 0 ? 2 : 0
        return (fields.lastDay ? 1 << UInt64(length - 1) : 0)
            | (fields.lastWorkday ? 1 << UInt64(length - 1 - weekend) : 0)
    }

    private func countedWeekdays(_ length: Int, _ weekday: Int) -> UInt64 {
        var mask = ((UInt64(fields.lastWeekdays) &* Self.weeks) >> UInt64(weekday)) & 0x7F << UInt64(length - 7)
        for week in 0..<5 {
            let weekdays = (fields.nthWeekdays >> UInt64(7 * week)) & 0x7F
            mask |= ((weekdays &* Self.weeks) >> UInt64(weekday)) & 0x7F << UInt64(7 * week)
        }
        return mask
    }
}
