/// Finds the minutes that an expression matches, on a wall clock that never changes.
///
/// Minutes count from 1970-01-01T00:00 on that clock.
struct CalendarSearch {
    /// How days are found.
    private enum DayRule {
        case everyDay
        /// By weekday alone; the bits of two weeks.
        case weekdays(UInt32)
        case calendar
    }

    let fields: CronFields
    private let rule: DayRule
    private let firstMinute: Int
    private let lastMinute: Int

    init(_ fields: CronFields) {
        self.fields = fields
        let hasPlainDays = fields.lastWeekdays == 0 && fields.nthWeekdays == 0 && fields.months == CronFields.everyMonth
        let isEveryDay = fields.days == CronFields.everyDay
        let isEveryWeekday = fields.weekdays == CronFields.everyWeekday
        let matchesAlways = fields.daysMustBothMatch ? isEveryDay && isEveryWeekday : isEveryDay || isEveryWeekday
        if hasPlainDays, matchesAlways {
            rule = .everyDay
        } else if hasPlainDays, isEveryDay, fields.daysMustBothMatch {
            rule = .weekdays(UInt32(fields.weekdays) << 7 | UInt32(fields.weekdays))
        } else {
            rule = .calendar
        }
        firstMinute = fields.hours.trailingZeroBitCount * 60 + fields.minutes.trailingZeroBitCount
        lastMinute = (31 - fields.hours.leadingZeroBitCount) * 60 + 63 - fields.minutes.leadingZeroBitCount
    }

    /// The first match that is not before `minute`.
    @inline(__always)
    func first(from minute: Int) -> Int? {
        let day = floorDivided(minute, 1440)
        guard let found = firstDay(from: day) else { return nil }
        if found == day {
            if let time = firstTime(from: minute &- day &* 1440) { return day &* 1440 &+ time }
            return firstDay(from: day &+ 1).map { $0 &* 1440 &+ firstMinute }
        }
        return found &* 1440 &+ firstMinute
    }

    /// The last match that is not after `minute`.
    @inline(__always)
    func last(to minute: Int) -> Int? {
        let day = floorDivided(minute, 1440)
        guard let found = lastDay(to: day) else { return nil }
        if found == day {
            if let time = lastTime(to: minute &- day &* 1440) { return day &* 1440 &+ time }
            return lastDay(to: day &- 1).map { $0 &* 1440 &+ lastMinute }
        }
        return found &* 1440 &+ lastMinute
    }

    @inline(__always)
    private func firstTime(from time: Int) -> Int? {
        let hour = time / 60
        if fields.hours >> UInt32(hour) & 1 == 1 {
            let rest = fields.minutes >> UInt64(time &- hour &* 60)
            if rest != 0 { return time &+ rest.trailingZeroBitCount }
        }
        let later = fields.hours >> UInt32(hour &+ 1)
        guard later != 0 else { return nil }
        return (hour &+ 1 &+ later.trailingZeroBitCount) &* 60 &+ fields.minutes.trailingZeroBitCount
    }

    @inline(__always)
    private func lastTime(to time: Int) -> Int? {
        let hour = time / 60
        if fields.hours >> UInt32(hour) & 1 == 1 {
            let rest = fields.minutes << UInt64(63 &- (time &- hour &* 60))
            if rest != 0 { return time &- rest.leadingZeroBitCount }
        }
        let earlier = fields.hours & (1 << UInt32(hour) &- 1)
        guard earlier != 0 else { return nil }
        return (31 &- earlier.leadingZeroBitCount) &* 60 &+ 63 &- fields.minutes.leadingZeroBitCount
    }
}

extension CalendarSearch {
    /// The first matching day that is not before `day`.
    @inline(__always)
    func firstDay(from day: Int) -> Int? {
        switch rule {
        case .everyDay: return day
        case .weekdays(let bits): return day &+ (bits >> UInt32(CivilDay.weekday(day))).trailingZeroBitCount
        case .calendar: return firstCalendarDay(from: day)
        }
    }

    /// The last matching day that is not after `day`.
    @inline(__always)
    func lastDay(to day: Int) -> Int? {
        switch rule {
        case .everyDay: return day
        case .weekdays(let bits):
            return day &- (bits << UInt32(31 &- 7 &- CivilDay.weekday(day))).leadingZeroBitCount
        case .calendar: return lastCalendarDay(to: day)
        }
    }

    /// Goes from month to month, of those that the expression names; nil after 400 years.
    private func firstCalendarDay(from day: Int) -> Int? {
        let date = CivilDay(number: day)
        var (year, month) = (date.year, date.month)
        var first = day - date.day + 1
        var skipped = UInt64(date.day - 1)
        repeat {
            if fields.months >> UInt16(month - 1) & 1 == 1 {
                let rest = mask(year, month, first) >> skipped
                if rest != 0 { return first + Int(skipped) + rest.trailingZeroBitCount }
            }
            skipped = 0
            let later = fields.months >> UInt16(month)
            if later == 0 {
                year += 1
                month = fields.months.trailingZeroBitCount + 1
            } else {
                month += later.trailingZeroBitCount + 1
            }
            first = CivilDay.number(year, month, 1)
        } while year - date.year <= 400
        return nil
    }

    private func lastCalendarDay(to day: Int) -> Int? {
        let date = CivilDay(number: day)
        var (year, month) = (date.year, date.month)
        var first = day - date.day + 1
        var kept = UInt64(date.day)
        repeat {
            if fields.months >> UInt16(month - 1) & 1 == 1 {
                let rest = mask(year, month, first) & (1 << kept - 1)
                if rest != 0 { return first + 63 - rest.leadingZeroBitCount }
            }
            kept = 31
            let earlier = fields.months & (1 << UInt16(month - 1) - 1)
            if earlier == 0 {
                year -= 1
                month = 16 - fields.months.leadingZeroBitCount
            } else {
                month = 16 - earlier.leadingZeroBitCount
            }
            first = CivilDay.number(year, month, 1)
        } while date.year - year <= 400
        return nil
    }

    @inline(__always)
    private func mask(_ year: Int, _ month: Int, _ first: Int) -> UInt64 {
        MonthDays(fields: fields).mask(length: CivilDay.length(year, month), weekday: CivilDay.weekday(first))
    }
}
