/// Something in an expression that is allowed and seldom meant.
package struct ScheduleLint: Sendable, Hashable, CustomStringConvertible {
    /// What it is, for programs.
    package enum Code: String, Sendable, Hashable {
        case bothDayFields = "both_day_fields"
        case lostInGap = "lost_in_gap"
        case unevenStep = "uneven_step"
        case stepTooLong = "step_too_long"
        case hashWithoutID = "hash_without_id"
        /// Others are due at the same instant; only whoever knows the others can say so.
        case clash
    }

    package let code: Code
    /// The field's name; nil when it is not in one field.
    package let field: String?
    package let message: String

    package init(code: Code, field: String?, message: String) {
        self.code = code
        self.field = field
        self.message = message
    }

    package var description: String { field.map { "\($0): \(message)" } ?? message }
}

/// Finds what is seldom meant.
struct Linter {
    let expression: CronExpression
    let changes: [ClockChange]

    var lints: [ScheduleLint] {
        guard case .calendar(let fields) = expression.kind else { return [] }
        let bytes = Array(expression.text.utf8)
        var words = bytes.words(in: 0..<bytes.count)
        if expression.zoneName != nil { words.removeFirst() }
        var lints: [ScheduleLint] = []
        if expression.isProvisional {
            let message = "H comes to other values when the schedule is saved, as it depends on the schedule's id"
            lints.append(ScheduleLint(code: .hashWithoutID, field: nil, message: message))
        }
        if words.count == 5 {
            for (field, word) in zip(CronField.allCases, words) { lints += steps(bytes, word, field) }
            lints += days(fields, bytes.text(words[2]), bytes.text(words[4]))
        }
        if let lost = changes.first(where: { $0.effect == .lost && $0.takesTheWholeDay }) {
            lints.append(
                ScheduleLint(
                    code: .lostInGap,
                    field: nil,
                    message:
                        "nothing starts on \(lost.date), when the clock skips every time of that day; an expression "
                        + "whose minute and hour do not start with * starts just after instead"
                )
            )
        }
        return lints
    }

    private func days(_ fields: CronFields, _ day: String, _ weekday: String) -> [ScheduleLint] {
        guard !["*", "?"].contains(day), !["*", "?"].contains(weekday) else { return [] }
        let rule =
            fields.daysMustBothMatch
            ? "both must match, since one of them starts with *"
            : "either is enough; the first Monday of the month, for one, is MON#1"
        return [
            ScheduleLint(
                code: .bothDayFields,
                field: nil,
                message: "day-of-month \(day) and day-of-week \(weekday) are both given: \(rule)"
            )
        ]
    }

    private func steps(_ bytes: [UInt8], _ word: Range<Int>, _ field: CronField) -> [ScheduleLint] {
        bytes[word].split(separator: UInt8(ascii: ",")).flatMap { term -> [ScheduleLint] in
            guard let slash = term.firstIndex(of: UInt8(ascii: "/")),
                let step = bytes.number(slash + 1..<term.endIndex), step > 1
            else { return [] }
            let body = bytes.text(term.startIndex..<slash)
            let shown = bytes.text(term.startIndex..<term.endIndex)
            guard let count = count(body, field) else { return [] }
            if step >= count {
                let message = "the step of \(shown) is as long as its range or longer, so that it has one value only"
                return [ScheduleLint(code: .stepTooLong, field: field.name, message: message)]
            }
            guard ["*", "H", "h"].contains(body), field == .dayOfMonth || field.span % step != 0 else { return [] }
            let message =
                "\(step) does not divide the \(Self.cycles[field.rawValue]), so that the last step of "
                + "\(shown) is of another length each time round"
            return [ScheduleLint(code: .unevenStep, field: field.name, message: message)]
        }
    }

    private static let cycles = [
        "60 minutes of an hour", "24 hours of a day", "days of every month", "12 months of a year", "7 days of a week",
    ]

    /// How many values a step has to choose from.
    private func count(_ body: String, _ field: CronField) -> Int? {
        let plain = body.uppercased()
        if plain == "*" { return field.span }
        if plain == "H" { return field.hashTop - field.low + 1 }
        let range = plain.hasPrefix("H(") ? String(plain.dropFirst(2).dropLast()) : plain
        let bytes = Array(range.utf8)
        guard let parsed = try? FieldParser.parse(bytes, 0..<bytes.count, as: field, key: "") else { return nil }
        let isRange = range.contains("-")
        return isRange ? parsed.bits.nonzeroBitCount : field.top - parsed.bits.trailingZeroBitCount + 1
    }
}
