import Cron
import Testing

/// The host's zones, for every test.
let zoneFiles = ZoneFiles(environmentZone: nil)

/// What an expression must come to in a zone.
struct Example: Sendable, CustomTestStringConvertible {
    let expression: String
    let zone: String
    /// On the zone's wall clock.
    let after: String
    let expected: [String]

    init(_ expression: String, _ zone: String = "UTC", after: String, _ expected: String...) {
        self.expression = expression
        self.zone = zone
        self.after = after
        self.expected = expected
    }

    var testDescription: String { "\(expression) in \(zone) after \(after)" }
}

func timetable(_ expression: String, _ zone: String = "UTC", key: String = "nightly") throws -> Timetable {
    try Timetable(CronExpression(expression, key: key), zone: zoneFiles.zone(zone))
}

/// The instant of ISO 8601 text.
func instant(_ text: String, _ zone: String = "UTC") throws -> Int64 {
    guard let instant = InstantText.instant(text, zone: try zoneFiles.zone(zone)) else { throw NoInstant(text: text) }
    return instant
}

struct NoInstant: Error {
    let text: String
}

extension Timetable {
    /// The next starts as text with offset.
    func texts(after instant: Int64, count: Int) -> [String] { starts(after: instant, count: count).map(\.text) }

    /// Every start in (after, until].
    func starts(after: Int64, until: Int64) -> [Int64] {
        var (place, found) = (after, [Int64]())
        while let next = next(after: place), next <= until {
            found.append(next)
            place = next
        }
        return found
    }

    /// The same from the other end, in the order of time.
    func startsBackwards(after: Int64, until: Int64) -> [Int64] {
        var (place, found) = (until + 1, [Int64]())
        while let previous = previous(before: place), previous > after {
            found.append(previous)
            place = previous
        }
        return found.reversed()
    }
}
