/// One of the five fields of an expression, in the text's order.
enum CronField: Int, CaseIterable {
    case minute
    case hour
    case dayOfMonth
    case month
    case dayOfWeek

    var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day-of-month"
        case .month: "month"
        case .dayOfWeek: "day-of-week"
        }
    }

    var low: Int {
        switch self {
        case .minute, .hour, .dayOfWeek: 0
        case .dayOfMonth, .month: 1
        }
    }

    /// The highest number that may be written; 7 is Sunday too.
    var high: Int {
        switch self {
        case .minute: 59
        case .hour: 23
        case .dayOfMonth: 31
        case .month: 12
        case .dayOfWeek: 7
        }
    }

    /// Where `*`, `*/s` and `a/s` end.
    var top: Int { self == .dayOfWeek ? 6 : high }

    /// Where `H` without a range ends: every month has 28 days.
    var hashTop: Int { self == .dayOfMonth ? 28 : top }

    /// How many values `*` has.
    var span: Int { top - low + 1 }

    static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    /// The names that stand for `low` and the numbers after it.
    var names: [String] {
        switch self {
        case .month: Self.monthNames
        case .dayOfWeek: Self.weekdayNames
        case .minute, .hour, .dayOfMonth: []
        }
    }

    /// What the field takes, in words.
    var expectation: String {
        switch self {
        case .minute, .hour: "a number from \(low) to \(high)"
        case .dayOfMonth: "a number from 1 to 31, L or LW"
        case .month: "a number from 1 to 12 or a name of three letters, JAN to DEC"
        case .dayOfWeek: "a number from 0 to 7 (0 and 7 are Sunday) or a name of three letters, SUN to SAT"
        }
    }
}
