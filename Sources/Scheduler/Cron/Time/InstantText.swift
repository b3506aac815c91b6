/// Reads ISO 8601 instants.
package enum InstantText {
    /// What a text says: a moment on a wall clock and, when it was given, the offset from Greenwich in seconds.
    struct Reading: Hashable {
        /// Seconds since 1970-01-01T00:00:00 on that clock.
        var local: Int64
        var offset: Int?
        /// There were parts of a second, which are not counted.
        var hasFraction = false
    }

    /// The instant of RFC 3339 text, such as `2026-03-08T02:30:00-05:00`; throws what would be right.
    static func strict(_ bytes: [UInt8], _ range: Range<Int>) throws(CronSyntaxError) -> Int64 {
        guard range.count >= 20, let reading = read(bytes, range), let offset = reading.offset,
            !reading.hasFraction,
            bytes[range.lowerBound + 16] == UInt8(ascii: ":"),
            bytes[range.upperBound - 1].uppercased == UInt8(ascii: "Z")
                || bytes[range.upperBound - 3] == UInt8(ascii: ":")
        else {
            throw CronSyntaxError(
                offset: range.lowerBound,
                "\"\(bytes.text(range))\" is not an RFC 3339 instant in whole seconds with its offset; write it as "
                    + "@at 2026-03-08T02:30:00-05:00 or @at 2026-03-08T07:30:00Z"
            )
        }
        return reading.local - Int64(offset)
    }

    /// The instant of ISO 8601 text; a time without offset is one of the zone, midnight when there is none.
    ///
    /// Of a time that happens twice the first is meant; of one that is skipped, the instant that the old offset gives.
    package static func instant(_ text: String, zone: Zone) -> Int64? {
        let bytes = Array(text.utf8)
        guard let words = bytes.words(in: 0..<bytes.count).first.map({ $0.lowerBound..<bytes.count }),
            let reading = read(bytes, words)
        else { return nil }
        if let offset = reading.offset { return reading.local - Int64(offset) }
        let before = zone.offset(at: reading.local - 86_400)
        let guess = reading.local - Int64(before)
        if zone.offset(at: guess) == before { return guess }
        let later = zone.offset(at: guess)
        let second = reading.local - Int64(later)
        return zone.offset(at: second) == later ? second : guess
    }

    private static func read(_ bytes: [UInt8], _ range: Range<Int>) -> Reading? {
        var scanner = Scanner(bytes: bytes, index: range.lowerBound, end: range.upperBound)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), year > 0, (1...12).contains(month),
            (1...CivilDay.length(year, month)).contains(day)
        else { return nil }
        let midnight = Int64(CivilDay.number(year, month, day)) * 86_400
        if scanner.isAtEnd { return Reading(local: midnight) }
        guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.number(2), hour < 24,
            scanner.skip(":"), let minute = scanner.number(2), minute < 60
        else { return nil }
        var (second, hasFraction) = (0, false)
        if scanner.skip(":") {
            guard let number = scanner.number(2), number < 60 else { return nil }
            second = number
            if scanner.skip(".") {
                guard let fraction = scanner.fraction() else { return nil }
                hasFraction = fraction
            }
        }
        let local = midnight + Int64(hour * 3600 + minute * 60 + second)
        if scanner.isAtEnd { return Reading(local: local, hasFraction: hasFraction) }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        return Reading(local: local, offset: offset, hasFraction: hasFraction)
    }

    /// A place in bytes.
    private struct Scanner {
        let bytes: [UInt8]
        var index: Int
        let end: Int

        var isAtEnd: Bool { index == end }

        mutating func number(_ digits: Int) -> Int? {
            guard end - index >= digits, let number = bytes.number(index..<index + digits) else { return nil }
            index += digits
            return number
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard index < end, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        /// Whether the digits of a fraction, of which there must be one, are more than 0.
        mutating func fraction() -> Bool? {
            let start = index
            while index < end, bytes[index].isDigit { index += 1 }
            return index == start ? nil : bytes[start..<index].contains { $0 != UInt8(ascii: "0") }
        }

        mutating func offset() -> Int? {
            if skip("Z") || skip("z") { return 0 }
            let isNegative = skip("-")
            guard isNegative || skip("+"), let hours = number(2), hours < 24 else { return nil }
            var minutes = 0
            if skip(":") || !isAtEnd {
                guard let number = number(2), number < 60 else { return nil }
                minutes = number
            }
            return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
        }
    }
}
