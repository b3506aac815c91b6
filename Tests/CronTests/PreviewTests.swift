import Cron
import Testing

/// What is said of a schedule before it is saved.
@Suite struct PreviewTests {
    private func preview(_ text: String, _ zone: String = "UTC", after: String = "2026-01-01") throws -> SchedulePreview
    {
        try SchedulePreview(
            CronExpression(text, key: "nightly"),
            zone: zoneFiles.zone(zone),
            after: instant(after, zone),
            count: 2
        )
    }

    @Test(arguments: [
        ("30 2 * * 1-5", "at 02:30 on weekdays, in Europe/Berlin"),
        ("0 9 * * *", "at 09:00 every day, in Europe/Berlin"),
        ("0 9,17 * * SAT,SUN", "at 09:00 and 17:00 on weekends, in Europe/Berlin"),
        ("*/15 * * * *", "every 15 minutes, in Europe/Berlin"),
        ("* * * * *", "every minute, in Europe/Berlin"),
        ("7/15 9-17 * * *", "every 15 minutes from minute 7 from 09:00 to 17:59, in Europe/Berlin"),
        ("30 * * * *", "at minute 30 of every hour, in Europe/Berlin"),
        ("0 */2 * * *", "at minute 0 of every 2nd hour, in Europe/Berlin"),
        ("0 0 1,15 * *", "at 00:00 on the 1st and 15th of the month, in Europe/Berlin"),
        ("0 0 L * *", "at 00:00 on the last day of the month, in Europe/Berlin"),
        (
            "0 0 LW 1-3 *",
            "at 00:00 on the last weekday (Monday to Friday) of the month from January to March, in Europe/Berlin"
        ),
        ("0 0 * * MON#1", "at 00:00 on the first Monday of the month, in Europe/Berlin"),
        ("0 0 * * FRIL", "at 00:00 on the last Friday of the month, in Europe/Berlin"),
        ("0 0 * 1,7 0,3", "at 00:00 on Wednesdays and Sundays in January and July, in Europe/Berlin"),
        (
            "0 0 1-7 * MON",
            "at 00:00 on the 1st to 7th of the month and on Mondays (either day field is enough: none starts with * or ?), "
                + "in Europe/Berlin"
        ),
        (
            "0 0 */15 * MON",
            "at 00:00 on the 1st, 16th and 31st of the month, but only on Mondays (both day fields must match: "
                + "one starts with * or ?), in Europe/Berlin"
        ),
        ("0 0 1-31 * MON", "at 00:00 every day, in Europe/Berlin"),
        ("@hourly", "at minute 0 of every hour, in Europe/Berlin"),
        ("@yearly", "at 00:00 on the 1st of the month in January, in Europe/Berlin"),
        ("@every 1h30m/5m", "every 1 hour 30 minutes, counted from 1970-01-01T00:00:00Z, each 5 minutes later"),
        ("@at 2026-03-08T07:30:00Z", "once, at 2026-03-08T08:30:00+01:00, in Europe/Berlin"),
        ("@manual", "only when it is started by hand"),
    ])
    func anExpressionIsExplained(text: String, explanation: String) throws {
        #expect(try preview(text, "Europe/Berlin").explanation == explanation)
    }

    @Test(arguments: [
        (
            "30 2 * * *",
            [
                "2026-03-08: 02:30 does not exist; it starts at 03:00",
                "2027-03-14: 02:30 does not exist; it starts at 03:00",
            ]
        ),
        ("0,30 2 8 3 *", ["2026-03-08: 02:00 and 02:30 do not exist; they start once at 03:00"]),
        (
            "*/15 2 * * SUN",
            [
                "2026-03-08: 02:00, 02:15, 02:30 and 02:45 do not exist and are lost, and the day has no other start",
                "2027-03-14: 02:00, 02:15, 02:30 and 02:45 do not exist and are lost, and the day has no other start",
            ]
        ),
        (
            "0 */2 * * *",
            ["2026-03-08: 02:00 does not exist and is lost", "2027-03-14: 02:00 does not exist and is lost"]
        ),
        (
            "*/30 1 * * *",
            [
                "2026-11-01: 01:00 and 01:30 come twice and start both times",
                "2027-11-07: 01:00 and 01:30 come twice and start both times",
            ]
        ),
        (
            "*/5 2 * 3 *",
            [
                "2026-03-08: 02:00, 02:05, 02:10, 02:15, 02:20, 02:25 … (12 starts) do not exist and are lost, and the day has no other start",
                "2027-03-14: 02:00, 02:05, 02:10, 02:15, 02:20, 02:25 … (12 starts) do not exist and are lost, and the day has no other start",
            ]
        ),
        ("30 1 * * *", []), ("30 * * * *", []), ("* * * * *", []), ("@every 1h", []),
    ])
    func daysOnWhichClocksChangeTheStartsAreListed(text: String, changes: [String]) throws {
        #expect(try preview(text, "America/New_York").clockChanges.map(\.description) == changes)
    }

    @Test func whatIsListedIsWhatHappens() throws {
        let lordHowe = try preview("15 * * * *", "Australia/Lord_Howe").clockChanges
        #expect(lordHowe.map(\.effect) == [.lost, .lost])
        #expect(lordHowe.map(\.from) == ["02:00", "02:00"])
        let apia = try preview("30 12 * * *", "Pacific/Apia", after: "2011-12-01").clockChanges
        #expect(apia.first?.date == "2011-12-30" && apia.first?.effect == .lost)
        let midnight = try preview("0 0 * * *", "America/Sao_Paulo", after: "2018-06-01").clockChanges
        #expect(midnight.map(\.description) == ["2018-11-04: 00:00 does not exist; it starts at 01:00"])
    }

    @Test(arguments: [
        ("0 0 1-7 * MON", ["both_day_fields"]), ("0 0 */2 * MON", ["uneven_step", "both_day_fields"]),
        ("*/15 2 * * *", ["lost_in_gap"]), ("*/7 1 * * *", ["uneven_step"]), ("*/61 1 * * *", ["step_too_long"]),
        ("0 0-4/5 * * *", ["step_too_long"]), ("0 20/5 * * *", ["step_too_long"]), ("H/7 1 * * *", ["uneven_step"]),
        ("H(0-9)/10 1 * * *", ["step_too_long"]), ("0 1 * * */3", ["uneven_step"]), ("0 1 * */5 *", ["uneven_step"]),
        ("*/15 * * * *", []), ("0 0 1 * *", []), ("30 2 * * 1-5", []), ("@daily", []), ("0 0 ? * MON", []),
        ("CRON_TZ=America/New_York */15 2 * * *", ["lost_in_gap"]), ("0,30 */6 * * *", []), ("@every 7m", []),
    ])
    func whatIsSeldomMeantIsNoted(text: String, codes: [String]) throws {
        #expect(try preview(text, "America/New_York").lint.map(\.code.rawValue) == codes)
    }

    @Test(arguments: [
        ("H 2 * * *", "", true), ("0 2 * * 1,h(2-4)", "", true), ("CRON_TZ=UTC 0 H/6 * * *", "", true),
        ("H 2 * * *", "nightly", false), ("0 2 * * THU", "", false), ("@daily", "", false),
    ])
    func valuesThatAnIdWouldChangeAreNoted(text: String, key: String, isNoted: Bool) throws {
        let expression = try CronExpression(text, key: key)
        let preview = try SchedulePreview(expression, zone: .utc, after: 0, count: 1)
        #expect(preview.lint.map(\.code) == (isNoted ? [.hashWithoutID] : []))
    }

    @Test func aPreviewHasTheNextStartsAndTheResolvedText() throws {
        let preview = try preview("CRON_TZ=America/New_York H 2 * * *", "America/New_York")
        #expect(preview.resolved == "11 2 * * *")
        #expect(preview.zone == "America/New_York")
        #expect(preview.next.map(\.text) == ["2026-01-01T02:11:00-05:00", "2026-01-02T02:11:00-05:00"])
        #expect(preview.next.map(\.instant) == [1_767_251_460, 1_767_337_860])
        #expect(preview.dayRule == nil)
        #expect(try self.preview("0 0 1 * MON").dayRule == .either)
        #expect(try self.preview("0 0 */2 * MON").dayRule == .both)
    }
}
