/// An expression in plain English, such as `at 02:30 on weekdays, in Europe/Berlin`.
struct Explanation {
    /// More times than these are not written out one by one.
    private static let mostTimes = 8

    let expression: CronExpression
    let zone: Zone

    var text: String {
        switch expression.kind {
        case .calendar(let fields):
            return ([time(fields)] + day(fields)).joined(separator: " ") + ", in \(zone.name)"
        case .every(let period, let phase):
            let late = phase == 0 ? "" : ", each \(English.duration(phase)) later"
            return "every \(English.duration(period)), counted from 1970-01-01T00:00:00Z" + late
        case .at(let instant): return "once, at \(zone.localTime(at: instant)), in \(zone.name)"
        case .manual: return "only when it is started by hand"
        }
    }

    private func time(_ fields: CronFields) -> String {
        let minutes = English.values(fields.minutes)
        let hours = English.values(UInt64(fields.hours))
        if minutes.count * hours.count <= Self.mostTimes {
            let times = hours.flatMap { hour in
                minutes.map { LocalTime.twoDigits(hour) + ":" + LocalTime.twoDigits($0) }
            }
            return "at " + English.list(times)
        }
        return Self.minutes(minutes, ofEvery: hours.count == 24) + Self.hours(hours)
    }

    private static func minutes(_ minutes: [Int], ofEvery isEveryHour: Bool) -> String {
        if minutes.count == 60 { return "every minute" }
        if let step = English.step(minutes, cycle: 60) {
            return "every \(step) minutes" + (minutes[0] == 0 ? "" : " from minute \(minutes[0])")
        }
        let noun = minutes.count == 1 ? "minute" : "minutes"
        let shown =
            English.isRun(minutes)
            ? "\(minutes[0]) to \(minutes[minutes.count - 1])" : English.list(minutes.map(String.init))
        return "at \(noun) \(shown)" + (isEveryHour ? " of every hour" : "")
    }

    private static func hours(_ hours: [Int]) -> String {
        if hours.count == 24 { return "" }
        if English.isRun(hours) {
            return " from \(LocalTime.twoDigits(hours[0])):00 to \(LocalTime.twoDigits(hours[hours.count - 1])):59"
        }
        if let step = English.step(hours, cycle: 24) {
            return " of every \(English.ordinal(step)) hour" + (hours[0] == 0 ? "" : " from \(hours[0])")
        }
        return " of " + (hours.count == 1 ? "hour " : "hours ") + English.list(hours.map(String.init))
    }
}

extension Explanation {
    private func day(_ fields: CronFields) -> [String] {
        let byDay = Self.daysOfMonth(fields)
        let byWeekday = Self.weekdays(fields)
        var words: [String] = []
        switch (byDay, byWeekday, fields.daysMustBothMatch) {
        case (let byDay?, let byWeekday?, true):
            words = ["on \(byDay), but only on \(byWeekday) (both day fields must match: one starts with * or ?)"]
        case (let byDay?, let byWeekday?, false):
            words = ["on \(byDay) and on \(byWeekday) (either day field is enough: none starts with * or ?)"]
        case (let single?, nil, true), (nil, let single?, true): words = ["on \(single)"]
        default: words = fields.minutes.nonzeroBitCount * fields.hours.nonzeroBitCount <= 8 ? ["every day"] : []
        }
        return words + Self.months(fields)
    }

    /// Nil when every day is meant.
    private static func daysOfMonth(_ fields: CronFields) -> String? {
        if fields.days == CronFields.everyDay { return nil }
        let days = English.values(UInt64(fields.days)).map { $0 + 1 }
        var words: [String] = []
        if English.isRun(days) {
            words = ["\(English.ordinal(days[0])) to \(English.ordinal(days[days.count - 1]))"]
        } else {
            words = days.map(English.ordinal)
        }
        if fields.lastDay { words.append("last day") }
        if fields.lastWorkday { words.append("last weekday (Monday to Friday)") }
        return "the \(English.list(words)) of the month"
    }

    /// Nil when every weekday is meant.
    private static func weekdays(_ fields: CronFields) -> String? {
        let days = English.values(UInt64(fields.weekdays))
        var words: [String] = []
        switch fields.weekdays {
        case CronFields.everyWeekday: return nil
        case 0b011_1110: words = ["weekdays"]
        case 0b100_0001: words = ["weekends"]
        case _ where English.isRun(days):
            words = ["\(English.weekdays[days[0]])s to \(English.weekdays[days[days.count - 1]])s"]
        default: words = (days.filter { $0 > 0 } + days.filter { $0 == 0 }).map { English.weekdays[$0] + "s" }
        }
        let counted = countedWeekdays(fields)
        if !counted.isEmpty { words.append("the \(English.list(counted)) of the month") }
        return English.list(words)
    }

    private static func countedWeekdays(_ fields: CronFields) -> [String] {
        English.values(fields.nthWeekdays).map { "\(English.counts[$0 / 7]) \(English.weekdays[$0 % 7])" }
            + English.values(UInt64(fields.lastWeekdays)).map { "last \(English.weekdays[$0])" }
    }

    private static func months(_ fields: CronFields) -> [String] {
        if fields.months == CronFields.everyMonth { return [] }
        let months = English.values(UInt64(fields.months))
        if English.isRun(months) {
            return ["from \(English.months[months[0]]) to \(English.months[months[months.count - 1]])"]
        }
        return ["in \(English.list(months.map { English.months[$0] }))"]
    }
}
