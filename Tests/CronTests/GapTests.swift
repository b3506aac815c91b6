import Testing

@testable import Cron

/// The longest gap between slots.
@Suite struct GapTests {
    private static let zones = ZoneFiles()
    /// 2026-11-23T02:59:40Z, a Monday.
    private static let now: Int64 = 1_795_402_780
    private static let day: Int64 = 86_400

    private static func timetable(_ expression: String, _ zone: String) throws -> Timetable {
        try Timetable(CronExpression(expression, key: "k"), zone: zones.zone(zone))
    }

    /// The definition, slot by slot.
    private static func plainly(_ timetable: Timetable, after now: Int64) -> Int64? {
        guard let first = timetable.next(after: now), timetable.next(after: first) != nil else { return nil }
        var place = timetable.previous(before: now + 1) ?? first
        var longest: Int64 = 0
        var count = 0
        while place <= now + 400 * day || count < 2, let next = timetable.next(after: place) {
            longest = max(longest, next - place)
            place = next
            count += 1
        }
        return longest
    }

    @Test(
        arguments: [
            // Densely, with a rest that 3,000 slots do not reach.
            ("* * * * 1-5", "UTC", 48 * 3600 + 60),
            ("* * * * *", "Europe/Berlin", 60),
            ("*/10 0-12,14-23 * * *", "UTC", 70 * 60),
            ("0,30 * * * *", "Europe/Berlin", 30 * 60),
            // Fixed times are not repeated in the second copy of an hour.
            ("0,30 0-4 * * *", "Europe/Berlin", 19 * 3600 + 1800),
            ("0 2 * * *", "Europe/Berlin", 25 * 3600),
            ("0 9 * * 1-5", "Europe/Berlin", 73 * 3600),
            // The gap that is under way, or the one after it, is longer than a year.
            ("0 0 29 2 *", "UTC", 1461 * 86_400),
            ("0 0 24 12 *", "UTC", 366 * 86_400),
            ("0 0 1-20 12 *", "UTC", 347 * 86_400),
            ("@every 90m", "UTC", 5400),
        ] as [(String, String, Int64)]
    )
    func examples(_ expression: String, _ zone: String, _ gap: Int64) throws {
        #expect(try Self.timetable(expression, zone).longestGap(after: Self.now) == gap)
    }

    @Test func whatIsDueOnceHasNone() throws {
        #expect(try Self.timetable("@at 2030-01-01T00:00:00Z", "UTC").longestGap(after: Self.now) == nil)
        #expect(try Self.timetable("@at 2020-01-01T00:00:00Z", "UTC").longestGap(after: Self.now) == nil)
        #expect(try Self.timetable("@manual", "UTC").longestGap(after: Self.now) == nil)
    }

    /// The last is about the day that Samoa left out, and half hours come and go on Lord Howe.
    @Test(arguments: [
        ("UTC", now), ("America/New_York", now), ("Australia/Lord_Howe", now), ("Africa/Casablanca", now),
        ("Pacific/Apia", 1_325_100_000),
    ])
    func itIsWhatGoingFromSlotToSlotFinds(_ zone: String, _ now: Int64) throws {
        let expressions = [
            "0 2 * * *", "30 2 * * *", "0,30 1-3 * * *", "*/30 * * * *", "15 */6 * * *", "0 9 * * 1-5", "5 4 * * 0",
            "0 0 1 * *", "0 0 1,15 * 3", "59 23 31 * *", "0 12 * 6-8 *", "*/7 3 28-31 * *", "0 1 L * *",
            "0 1 * * 5#2", "H H * * *", "30 1,2 * 3,10,11 0", "0 0 1-30 * 0-5",
        ]
        for expression in expressions {
            let timetable = try Self.timetable(expression, zone)
            for start in [now, now + 17 * Self.day + 4321, now + 170 * Self.day] {
                #expect(
                    timetable.longestGap(after: start) == Self.plainly(timetable, after: start),
                    "\(expression) in \(zone) after \(start)"
                )
            }
        }
    }

    @Test func aYearOfMinutesToo() throws {
        for expression in ["* * * * *", "*/2 * * * 1-5", "* 8-17 * * *"] {
            let timetable = try Self.timetable(expression, "America/New_York")
            #expect(timetable.longestGap(after: Self.now) == Self.plainly(timetable, after: Self.now))
        }
    }
}
