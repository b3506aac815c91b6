/// A zone as a TZ string, such as `EST5EDT,M3.2.0,M11.1.0`: the footer of a TZif file, its extension included.
struct PosixRule: Hashable {
    /// When daylight-saving time begins and ends.
    struct Daylight: Hashable {
        var type: ZoneType
        var start: Change
        var end: Change

        /// The instants at which it begins and ends in a year.
        func transitions(year: Int, standard: Int) -> (start: Int64, end: Int64) {
            (start.local(year: year) - Int64(standard), end.local(year: year) - Int64(type.offset))
        }
    }

    /// A day of the year and a time on it.
    struct Change: Hashable {
        /// The three ways to name a day.
        enum Day: Hashable {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365.
            case dayOfYear(Int)
            case weekday(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after midnight, -167 to 167 hours.
        var time: Int = 7200

        /// Seconds since 1970-01-01T00:00:00 on the wall clock before the change.
        func local(year: Int) -> Int64 { Int64(number(year: year)) * 86_400 + Int64(time) }

        private func number(year: Int) -> Int {
            switch day {
            case .julian(let day):
                return CivilDay.number(year, 1, 1) + day - 1 + (CivilDay.isLeap(year) && day >= 60 ? 1 : 0)
            case .dayOfYear(let day): return CivilDay.number(year, 1, 1) + day
            case .weekday(let month, let week, let weekday):
                let first = CivilDay.number(year, month, 1)
                var day = (weekday - CivilDay.weekday(first) + 7) % 7 + (week - 1) * 7
                if day >= CivilDay.length(year, month) { day -= 7 }
                return first + day
            }
        }
    }

    var standard: ZoneType
    var daylight: Daylight?

    /// Parses the string; nil when it is not one.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let name = reader.name(), let west = reader.time(hours: 24) else { return nil }
        standard = ZoneType(offset: -west, name: name)
        if reader.isAtEnd { return }
        guard let daylightName = reader.name() else { return nil }
        var offset = standard.offset + 3600
        if !reader.isAtEnd, !reader.next(is: ",") {
            guard let west = reader.time(hours: 24) else { return nil }
            offset = -west
        }
        guard reader.skip(","), let start = reader.change(), reader.skip(","), let end = reader.change(),
            reader.isAtEnd, TZif.offsets.contains(offset), TZif.offsets.contains(standard.offset)
        else { return nil }
        daylight = Daylight(type: ZoneType(offset: offset, name: daylightName), start: start, end: end)
    }

    /// A place in the string.
    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { index == bytes.count }

        func next(is character: Unicode.Scalar) -> Bool {
            index < bytes.count && bytes[index] == UInt8(ascii: character)
        }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard next(is: character) else { return false }
            index += 1
            return true
        }

        /// Letters, or between angle brackets letters, digits and signs.
        mutating func name() -> String? {
            let isQuoted = skip("<")
            let start = index
            while index < bytes.count, bytes[index].isLetter || (isQuoted && !next(is: ">")) { index += 1 }
            let name = bytes.text(start..<index)
            guard index - start >= 1, !isQuoted || skip(">") else { return nil }
            return name
        }

        mutating func number(digits: Int) -> Int? {
            let start = index
            while index < bytes.count, index - start < digits, bytes[index].isDigit { index += 1 }
            return bytes.number(start..<index, digits: digits)
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours limit: Int) -> Int? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(digits: 3), hours <= limit else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where skip(":") {
                guard let part = number(digits: 2), part < 60 else { return nil }
                seconds += part * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func change() -> Change? {
            guard let day = day() else { return nil }
            guard skip("/") else { return Change(day: day) }
            return time(hours: 167).map { Change(day: day, time: $0) }
        }

        private mutating func day() -> Change.Day? {
            if skip("J") { return number(digits: 3).flatMap { (1...365).contains($0) ? .julian($0) : nil } }
            guard skip("M") else { return number(digits: 3).flatMap { $0 <= 365 ? .dayOfYear($0) : nil } }
            guard let month = number(digits: 2), (1...12).contains(month), skip("."), let week = number(digits: 1),
                (1...5).contains(week), skip("."), let weekday = number(digits: 1), weekday < 7
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
