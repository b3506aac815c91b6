/// What a schedule's text says, independent of a zone.
package struct CronExpression: Sendable, Hashable {
    /// The four sorts of schedules.
    package enum Kind: Sendable, Hashable {
        case calendar(CronFields)
        /// Every `period` seconds since the Unix epoch, `phase` seconds late.
        case every(period: Int64, phase: Int64)
        /// Once.
        case at(Int64)
        /// Never by itself.
        case manual
    }

    /// As given, without blanks around it.
    package let text: String
    /// Macros stay, `H` is replaced by what it came to, a `CRON_TZ=` prefix is gone; means the same as the text.
    package let resolved: String
    /// What a `CRON_TZ=` prefix says.
    package let zoneName: String?
    package let kind: Kind
    /// Whether `H` was resolved without a schedule's id, so that it comes to other values for each schedule.
    package let isProvisional: Bool

    /// Parses the text; errors count their offset in the text as given.
    ///
    /// - Parameters:
    ///   - text: The expression.
    ///   - key: The schedule's id, which `H` depends on.
    /// - Throws: What is wrong, where, and what would be right.
    package init(_ text: String, key: String) throws(CronSyntaxError) {
        let bytes = Array(text.utf8)
        let words = bytes.words(in: 0..<bytes.count)
        guard let first = words.first, let last = words.last else {
            throw CronSyntaxError("the expression is empty; write five fields, as 30 2 * * *, or a macro, as @daily")
        }
        self.text = bytes.text(first.lowerBound..<last.upperBound)
        zoneName = try Self.zonePrefix(bytes, first)
        let rest = Array(words.dropFirst(zoneName == nil ? 0 : 1))
        guard let start = rest.first else {
            throw CronSyntaxError(offset: last.upperBound, "after CRON_TZ= and a blank comes the expression")
        }
        if bytes[start.lowerBound] == UInt8(ascii: "@") {
            resolved = rest.map { bytes.text($0) }.joined(separator: " ")
            kind = try Macro.parse(bytes, rest)
            isProvisional = false
        } else {
            (kind, resolved) = try Self.parseFields(bytes, rest, key: key)
            isProvisional = key.isEmpty && rest.contains { Self.hasHash(bytes[$0]) }
        }
    }

    /// Whether a field has an `H`, with which no name begins.
    private static func hasHash(_ field: ArraySlice<UInt8>) -> Bool {
        field.split(separator: UInt8(ascii: ",")).contains { $0.first?.lowercased == UInt8(ascii: "h") }
    }

    /// The zone of a schedule whose own zone is `given`; throws when a `CRON_TZ=` prefix says another.
    package func zoneName(given: String?) throws(CronSyntaxError) -> String? {
        guard let zoneName, let given, zoneName != given else { return given ?? zoneName }
        throw CronSyntaxError(
            "the expression says CRON_TZ=\(zoneName), but the schedule's time zone is \(given); give only one"
        )
    }

    static func parseFields(
        _ bytes: [UInt8],
        _ words: [Range<Int>],
        key: String
    ) throws(CronSyntaxError) -> (Kind, String) {
        guard words.count == 5 else { throw wrongCount(words) }
        var fields = CronFields()
        var resolved: [String] = []
        for (field, word) in zip(CronField.allCases, words) {
            let parsed = try FieldParser.parse(bytes, word, as: field, key: key)
            fields.set(field, to: parsed)
            resolved.append(parsed.resolved)
        }
        return (.calendar(fields), resolved.joined(separator: " "))
    }

    private static func wrongCount(_ words: [Range<Int>]) -> CronSyntaxError {
        let order = "minute, hour, day-of-month, month and day-of-week"
        if words.count == 6 {
            return CronSyntaxError(
                offset: words[5].lowerBound,
                "6 fields have four meanings in the wild (seconds first, seconds last, a year last, a user name before "
                    + "the command); write the five fields \(order) only"
            )
        }
        let offset = words.count > 5 ? words[5].lowerBound : words.last?.upperBound ?? 0
        let count = words.count == 1 ? "1 field" : "\(words.count) fields"
        return CronSyntaxError(offset: offset, "\(count) instead of 5; write \(order), as 30 2 * * 1-5")
    }

    /// The name after `CRON_TZ=`; nil when the first word is something else.
    private static func zonePrefix(_ bytes: [UInt8], _ word: Range<Int>) throws(CronSyntaxError) -> String? {
        let text = bytes.text(word)
        if text.hasPrefix("TZ=") {
            throw CronSyntaxError(
                offset: word.lowerBound,
                "TZ= is not supported; set the schedule's time zone, or write CRON_TZ=Europe/Berlin before the fields"
            )
        }
        guard text.hasPrefix("CRON_TZ=") else { return nil }
        let name = String(text.dropFirst(8))
        guard ZoneName.isSafe(name) else {
            throw CronSyntaxError(
                offset: word.lowerBound + 8,
                "\"\(name)\" is not the name of a time zone; write one as CRON_TZ=Europe/Berlin"
            )
        }
        return name
    }
}
