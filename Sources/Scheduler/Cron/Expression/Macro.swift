/// Reads what begins with `@`.
enum Macro {
    static let calendar = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    static func parse(_ bytes: [UInt8], _ words: [Range<Int>]) throws(CronSyntaxError) -> CronExpression.Kind {
        let start = words[0].lowerBound
        let name = String(decoding: bytes[words[0]].map(\.lowercased), as: UTF8.self)
        switch name {
        case "@every":
            guard words.count == 2 else { throw count(bytes, words, "@every takes one duration, as @every 90m") }
            return try DurationParser.every(bytes, words[1])
        case "@at":
            let argument = words.count > 1 ? words[1].lowerBound : words[0].upperBound
            return .at(try InstantText.strict(bytes, argument..<words[words.count - 1].upperBound))
        case "@reboot":
            throw CronSyntaxError(
                offset: start,
                "@reboot is not supported; write @manual, and call caretaker schedule run after each start"
            )
        default: break
        }
        if words.count > 1, name == "@manual" || calendar[name] != nil {
            throw CronSyntaxError(offset: words[1].lowerBound, "nothing may follow \(name)")
        }
        if name == "@manual" { return .manual }
        guard let fields = calendar[name] else {
            throw CronSyntaxError(
                offset: start,
                "\(bytes.text(words[0])) is unknown; there are @yearly, @annually, @monthly, @weekly, @daily, "
                    + "@midnight, @hourly, @every, @at and @manual"
            )
        }
        let text = Array(fields.utf8)
        return try CronExpression.parseFields(text, text.words(in: 0..<text.count), key: "").0
    }

    private static func count(_ bytes: [UInt8], _ words: [Range<Int>], _ message: String) -> CronSyntaxError {
        CronSyntaxError(offset: words.count > 2 ? words[2].lowerBound : words[0].upperBound, message)
    }
}
