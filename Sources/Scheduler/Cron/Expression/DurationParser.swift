/// Reads `1h30m` and `90m/15m`.
enum DurationParser {
    /// The longest period: a hundred years, so that sums never overflow.
    private static let longest: Int64 = 36_525 * 86_400
    private static let units: [UInt8: Int64] = [
        UInt8(ascii: "w"): 604_800, UInt8(ascii: "d"): 86_400, UInt8(ascii: "h"): 3600, UInt8(ascii: "m"): 60,
        UInt8(ascii: "s"): 1,
    ]

    /// The argument of `@every`: a period, and after a slash a phase.
    static func every(_ bytes: [UInt8], _ range: Range<Int>) throws(CronSyntaxError) -> CronExpression.Kind {
        let slash = bytes[range].firstIndex(of: UInt8(ascii: "/"))
        let period = try parse(bytes, range.lowerBound..<(slash ?? range.upperBound))
        guard period >= 60 else {
            throw CronSyntaxError(offset: range.lowerBound, "the period must be at least one minute, as @every 1m")
        }
        guard let slash else { return .every(period: period, phase: 0) }
        let phase = try parse(bytes, slash + 1..<range.upperBound)
        guard phase < period else {
            throw CronSyntaxError(offset: slash + 1, "the phase must be shorter than the period, as @every 1h/15m")
        }
        return .every(period: period, phase: phase)
    }

    /// Seconds; the units come largest first, each at most once.
    private static func parse(_ bytes: [UInt8], _ range: Range<Int>) throws(CronSyntaxError) -> Int64 {
        var total: Int64 = 0
        var smallest = Int64.max
        var index = range.lowerBound
        repeat {
            let start = index
            while index < range.upperBound, bytes[index].isDigit { index += 1 }
            guard let count = bytes.number(start..<index, digits: 9), index < range.upperBound,
                let unit = units[bytes[index].lowercased], unit < smallest
            else {
                throw CronSyntaxError(
                    offset: start,
                    "\"\(bytes.text(range))\" is not a duration; write whole numbers with the units w, d, h, m and s, "
                        + "the largest first, as 90m, 1h30m, 1d or 2w"
                )
            }
            total += Int64(count) * unit
            smallest = unit
            index += 1
        } while index < range.upperBound
        guard total <= longest else { throw CronSyntaxError(offset: range.lowerBound, "more than a hundred years") }
        return total
    }
}
