/// The five fields as bit sets.
package struct CronFields: Sendable, Hashable {
    /// Bit n: minute n.
    package internal(set) var minutes: UInt64 = 0
    /// Bit n: hour n.
    package internal(set) var hours: UInt32 = 0
    /// Bit n - 1: day n of the month.
    package internal(set) var days: UInt32 = 0
    /// Bit n - 1: month n.
    package internal(set) var months: UInt16 = 0
    /// Bit n: weekday n; Sunday is 0.
    package internal(set) var weekdays: UInt8 = 0
    /// Bit n: the last weekday n of the month (`nL`).
    package internal(set) var lastWeekdays: UInt8 = 0
    /// Bit 7 (k - 1) + n: the k-th weekday n of the month (`n#k`).
    package internal(set) var nthWeekdays: UInt64 = 0
    /// `L`.
    package internal(set) var lastDay = false
    /// `LW`: the last day from Monday to Friday.
    package internal(set) var lastWorkday = false
    /// Both day fields must match, since one of their texts starts with `*` or `?`; else either.
    package internal(set) var daysMustBothMatch = false
    /// The text of the minute or of the hour starts with `*`: starts follow elapsed time when clocks change.
    package internal(set) var followsElapsedTime = false

    static let everyDay: UInt32 = 0x7FFF_FFFF
    static let everyMonth: UInt16 = 0xFFF
    static let everyWeekday: UInt8 = 0x7F
    static let everyHour: UInt32 = 0xFF_FFFF
    static let everyMinute: UInt64 = 0xFFF_FFFF_FFFF_FFFF

    mutating func set(_ field: CronField, to parsed: ParsedField) {
        switch field {
        case .minute: minutes = parsed.bits
        case .hour: hours = UInt32(truncatingIfNeeded: parsed.bits)
        case .dayOfMonth:
            days = UInt32(truncatingIfNeeded: parsed.bits >> 1)
            lastDay = parsed.lastDay
            lastWorkday = parsed.lastWorkday
        case .month: months = UInt16(truncatingIfNeeded: parsed.bits >> 1)
        case .dayOfWeek:
            weekdays = UInt8(truncatingIfNeeded: (parsed.bits | parsed.bits >> 7) & 0x7F)
            lastWeekdays = parsed.lastWeekdays
            nthWeekdays = parsed.nthWeekdays
        }
        switch field {
        case .minute, .hour: followsElapsedTime = followsElapsedTime || parsed.startsWithStar
        case .dayOfMonth, .dayOfWeek: daysMustBothMatch = daysMustBothMatch || parsed.startsWithStar
        case .month: break
        }
    }
}

/// What the text of one field says.
struct ParsedField {
    /// Bit n: value n; in the weekday 7 is still beside 0.
    var bits: UInt64 = 0
    var lastDay = false
    var lastWorkday = false
    var lastWeekdays: UInt8 = 0
    var nthWeekdays: UInt64 = 0
    /// It starts with `*` or `?`.
    var startsWithStar = false
    /// The text with `H` replaced by what it came to.
    var resolved = ""
}
