/// What a clock on the wall shows at an instant.
package struct LocalTime: Sendable, Hashable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// Seconds east of Greenwich.
    package let offset: Int

    package init(instant: Int64, offset: Int) {
        let local = Int(min(max(instant, Timetable.firstInstant), Timetable.lastInstant)) + offset
        let number = floorDivided(local, 86_400)
        let date = CivilDay(number: number)
        let rest = local - number * 86_400
        (year, month, day) = (date.year, date.month, date.day)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        self.offset = offset
    }

    /// `2026-03-08`.
    package var date: String { String(decoding: dateBytes, as: UTF8.self) }

    /// `02:30`, with seconds when there are any.
    package var time: String {
        Self.twoDigits(hour) + ":" + Self.twoDigits(minute) + (second == 0 ? "" : ":" + Self.twoDigits(second))
    }

    /// `2026-03-08T03:00:00-04:00`; UTC is `+00:00`.
    package var description: String {
        var bytes = dateBytes
        bytes.reserveCapacity(28)
        bytes.append(UInt8(ascii: "T"))
        Self.append(hour, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(minute, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(second, to: &bytes)
        let size = abs(offset)
        bytes.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        Self.append(size / 3600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(size / 60 % 60, to: &bytes)
        if size % 60 != 0 {
            bytes.append(UInt8(ascii: ":"))
            Self.append(size % 60, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var dateBytes: [UInt8] {
        var bytes: [UInt8] = []
        Self.append(abs(year) / 100, to: &bytes)
        Self.append(abs(year) % 100, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(month, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(day, to: &bytes)
        return bytes
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    static func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
}
