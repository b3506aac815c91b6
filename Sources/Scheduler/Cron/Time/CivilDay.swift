/// A day of the proleptic Gregorian calendar; days count from 1970-01-01.
struct CivilDay: Hashable {
    var year: Int
    var month: Int
    var day: Int

    /// The first day of year 1 and the last of year 9999.
    static let first = CivilDay.number(1, 1, 1)
    static let last = CivilDay.number(9999, 12, 31)

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The civil date of a day number, by the era of 400 years that it lies in.
    @inline(__always)
    init(number: Int) {
        let shifted = number &+ 719_468
        let era = floorDivided(shifted, 146_097)
        let dayOfEra = UInt32(truncatingIfNeeded: shifted &- era &* 146_097)
        let century = dayOfEra / 1460
        let yearOfEra = (dayOfEra &- century &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        day = Int(dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9)
        year = Int(yearOfEra) &+ era &* 400 &+ (month <= 2 ? 1 : 0)
    }

    var number: Int { Self.number(year, month, day) }

    @inline(__always)
    static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year &- 1 : year
        let era = floorDivided(shifted, 400)
        let yearOfEra = shifted &- era &* 400
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        return era &* 146_097 &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear &- 719_468
    }

    @inline(__always)
    static func isLeap(_ year: Int) -> Bool {
        year & 3 == 0 && (year % 100 != 0 || year & 15 == 0)
    }

    @inline(__always)
    static func length(_ year: Int, _ month: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : 30 + ((month + month >> 3) & 1)
    }

    /// 0 is Sunday.
    @inline(__always)
    static func weekday(_ number: Int) -> Int {
        let remainder = (number &+ 4) % 7
        return remainder < 0 ? remainder &+ 7 : remainder
    }
}

/// Division that rounds towards minus infinity; the divisor is positive.
@inline(__always)
func floorDivided(_ dividend: Int, _ divisor: Int) -> Int {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient &- 1 : quotient
}

/// Division that rounds towards plus infinity; the divisor is positive.
@inline(__always)
func ceilDivided(_ dividend: Int, _ divisor: Int) -> Int { -floorDivided(-dividend, divisor) }
