/// Reads one field of an expression.
struct FieldParser {
    let bytes: [UInt8]
    let field: CronField
    /// The schedule's id, for `H`.
    let key: String

    private var parsed = ParsedField()
    private var terms: [String] = []

    init(bytes: [UInt8], field: CronField, key: String) {
        self.bytes = bytes
        self.field = field
        self.key = key
    }

    static func parse(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        as field: CronField,
        key: String
    ) throws(CronSyntaxError) -> ParsedField {
        var parser = FieldParser(bytes: bytes, field: field, key: key)
        return try parser.parse(range)
    }

    private mutating func parse(_ range: Range<Int>) throws(CronSyntaxError) -> ParsedField {
        let first = bytes[range.lowerBound]
        parsed.startsWithStar = first == UInt8(ascii: "*") || first == UInt8(ascii: "?")
        if range.count == 1, first == UInt8(ascii: "?") {
            guard field == .dayOfMonth || field == .dayOfWeek else {
                throw fault(range.lowerBound, "? is for day-of-month and day-of-week only; write *")
            }
            add(field.low, field.top, 1)
            parsed.resolved = "?"
            return parsed
        }
        var start = range.lowerBound
        for index in range where bytes[index] == UInt8(ascii: ",") {
            try parseTerm(start..<index)
            start = index + 1
        }
        try parseTerm(start..<range.upperBound)
        parsed.resolved = terms.joined(separator: ",")
        return parsed
    }

    private mutating func parseTerm(_ range: Range<Int>) throws(CronSyntaxError) {
        guard !range.isEmpty else {
            throw fault(range.lowerBound, "an item of the list is missing; write items with one comma between, as 1,2")
        }
        if bytes[range.lowerBound].uppercased == UInt8(ascii: "H"), try parseHash(range) { return }
        terms.append(bytes.text(range))
        if try parseDayOfMonth(range) { return }
        if try parseDayOfWeek(range) { return }
        let slash = bytes[range].firstIndex(of: UInt8(ascii: "/"))
        let step = try slash.map { index throws(CronSyntaxError) in try parseStep(index + 1..<range.upperBound) }
        let body = range.lowerBound..<(slash ?? range.upperBound)
        if body.count == 1, bytes[body.lowerBound] == UInt8(ascii: "*") {
            return add(field.low, field.top, step ?? 1)
        }
        if let (low, high) = try parseRange(body) { return add(low, high, step ?? 1) }
        let value = try parseValue(body)
        add(value, step == nil ? value : max(value, field.top), step ?? 1)
    }

    /// `a-b`; nil when there is no hyphen.
    private func parseRange(_ range: Range<Int>) throws(CronSyntaxError) -> (Int, Int)? {
        guard let hyphen = bytes[range].firstIndex(of: UInt8(ascii: "-")) else { return nil }
        if hyphen == range.lowerBound {
            throw fault(hyphen, "a range needs a number before its hyphen, as 1-5; there are no negative numbers")
        }
        let low = try parseValue(range.lowerBound..<hyphen)
        guard hyphen + 1 < range.upperBound else { throw fault(hyphen + 1, "the range has no end; write it as 1-5") }
        var high = try parseValue(hyphen + 1..<range.upperBound)
        if field == .dayOfWeek, high == 0, low > 0 { high = 7 }
        guard low <= high else {
            throw fault(
                range.lowerBound,
                "the range \(bytes.text(range)) runs backwards; write the two parts as a list, as "
                    + "\(low)-\(field.top),\(field.low)-\(high)"
            )
        }
        return (low, high)
    }

    private func parseStep(_ range: Range<Int>) throws(CronSyntaxError) -> Int {
        guard let step = bytes.number(range), step > 0 else {
            throw fault(range.lowerBound, "the step \(quoted(range)) is not a number from 1 to 9999; write it as */15")
        }
        return step
    }

    private func parseValue(_ range: Range<Int>) throws(CronSyntaxError) -> Int {
        if let index = field.names.firstIndex(of: bytes.uppercased(range)) { return field.low + index }
        if let value = bytes.number(range) {
            guard (field.low...field.high).contains(value) else {
                throw fault(range.lowerBound, "\(value) is out of range; this field takes \(field.expectation)")
            }
            return value
        }
        throw fault(range.lowerBound, "\(quoted(range)) is not understood; " + advice(range))
    }

    private func advice(_ range: Range<Int>) -> String {
        let word = bytes.uppercased(range)
        if let name = field.names.first(where: { word.hasPrefix($0) && word.utf8.allSatisfy(\.isLetter) }) {
            return "names have three letters: write \(name)"
        }
        if CronField.monthNames.contains(word) || CronField.weekdayNames.contains(word) {
            return "names are for month and day-of-week only; this field takes \(field.expectation)"
        }
        return "this field takes \(field.expectation)"
    }

    private mutating func add(_ low: Int, _ high: Int, _ step: Int) {
        for value in stride(from: low, through: high, by: step) { parsed.bits |= 1 << UInt64(value) }
    }

    private func quoted(_ range: Range<Int>) -> String { "\"\(bytes.text(range))\"" }

    private func fault(_ offset: Int, _ message: String) -> CronSyntaxError {
        CronSyntaxError(field: field.name, offset: offset, message)
    }
}

extension FieldParser {
    /// `L`, `LW`; says so when it is a `W`.
    private mutating func parseDayOfMonth(_ range: Range<Int>) throws(CronSyntaxError) -> Bool {
        guard field == .dayOfMonth else { return false }
        switch bytes.uppercased(range) {
        case "L": parsed.lastDay = true
        case "LW": parsed.lastWorkday = true
        case let word where word.hasSuffix("W"):
            throw fault(
                range.lowerBound,
                "W (the weekday nearest to a day) is not supported; only LW is, the last weekday of the month"
            )
        default: return false
        }
        return true
    }

    /// `nL` and `n#k`.
    private mutating func parseDayOfWeek(_ range: Range<Int>) throws(CronSyntaxError) -> Bool {
        guard field == .dayOfWeek, !bytes[range].contains(UInt8(ascii: "/")) else { return false }
        if bytes[range.upperBound - 1].uppercased == UInt8(ascii: "L") {
            guard range.count > 1 else {
                throw fault(range.lowerBound, "L needs a day here, as FRIL for the last Friday of the month")
            }
            let day = try parseCountedDay(range.lowerBound..<range.upperBound - 1)
            parsed.lastWeekdays |= 1 << UInt8(day)
            return true
        }
        guard let sign = bytes[range].firstIndex(of: UInt8(ascii: "#")) else { return false }
        let day = try parseCountedDay(range.lowerBound..<sign)
        guard let count = bytes.number(sign + 1..<range.upperBound, digits: 1), (1...5).contains(count) else {
            throw fault(sign + 1, "after # comes which of the month's days it is, 1 to 5, as MON#1")
        }
        parsed.nthWeekdays |= 1 << UInt64(7 * (count - 1) + day)
        return true
    }

    /// The day before `L` or `#`: one digit or a name.
    private func parseCountedDay(_ range: Range<Int>) throws(CronSyntaxError) -> Int {
        let day = try parseValue(range)
        guard range.count == 1 || bytes[range].allSatisfy(\.isLetter) else {
            throw fault(range.lowerBound, "before L and # the day is one digit or a name, as \(day)L")
        }
        return day % 7
    }

    /// `H`, `H/s`, `H(a-b)`, `H(a-b)/s`; false when it is something else that begins with H.
    private mutating func parseHash(_ range: Range<Int>) throws(CronSyntaxError) -> Bool {
        var (low, high) = (field.low, field.hashTop)
        var index = range.lowerBound + 1
        if index < range.upperBound, bytes[index] == UInt8(ascii: "(") {
            guard let close = bytes[range].firstIndex(of: UInt8(ascii: ")")),
                let bounds = try parseRange(index + 1..<close)
            else { throw fault(index, "after H( comes a range and a parenthesis, as H(0-29)") }
            (low, high) = bounds
            index = close + 1
        }
        guard index < range.upperBound else {
            let value = low + pick(high - low + 1)
            let shown = field == .dayOfWeek ? value % 7 : value
            add(shown, shown, 1)
            terms.append(String(shown))
            return true
        }
        guard bytes[index] == UInt8(ascii: "/") else {
            throw fault(index, "\(quoted(range)) is not understood; write H, H/15, H(0-29) or H(0-29)/10")
        }
        let step = try parseStep(index + 1..<range.upperBound)
        let start = low + pick(min(step, high - low + 1))
        add(start, high, step)
        terms.append("\(start)-\(high)/\(step)")
        return true
    }

    /// A number below `width` that is always the same for the schedule and the field.
    private func pick(_ width: Int) -> Int {
        Int(StableHash.hash("\(key)/\(field.name)") % UInt64(width))
    }
}
