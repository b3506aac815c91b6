import Cron
import Testing

/// What cannot be scheduled, and what is said about it.
@Suite struct RejectedTextTests {
    @Test(arguments: [
        "60 * * * *", "* 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "*/0 * * * *", "1- * * * *",
        "1-5-9 * * * *", "1/2/3 * * * *", "** * * * *", "-5 * * * *", "1_0 * * * *", "MON 0 * * *",
        "0 0 * * MONDAY", "0 0 * * MON#6", "١ * * * *", "* * * *", "", "   ", ", * * * *", "1,,2 * * * *",
        "*-5 * * * *", "?-5 * * * *", "+5 * * * *", "0 22-2 * * *", "TZ=UTC", "TZ=UTC * * * * *", "CRON_TZ=",
        "CRON_TZ=UTC", "CRON_TZ= * * * * *", "CRON_TZ=../x * * * * *", "@every -5m", "@every 1ns", "@every 30s",
        "0 0 15W * *", "* * * * * *", "* * * * * * *", "0 0 30 2 *", "0 0 * * L", "? * * * *", "0 ? * * *",
        "0 0 */31 * MON#2", "0 0 31 2,4,6,9,11 *", "@reboot", "@never", "@daily x", "@manual 1", "@",
        "H(1-2 * * * *", "H(5) * * * *", "H(50-70) * * * *", "H/0 * * * *", "H5 * * * *", "00005 * * * *",
        "0 0 * * 0-8", "0 0 * JANUARY *", "0 0 * JAN-FOO *", "0\u{00A0}0 * * * *", "0 0 1 1 *\u{0}",
        "* * * * 5#", "* * * * #5", "* * * * 1#0", "* * * * 1L/2", "* * * * 06L", "* * * * 01#1", "* * L/2 * *",
        "* * ?,1 * *",
    ])
    func isRejected(text: String) {
        #expect(throws: CronSyntaxError.self) { try timetable(text) }
    }

    @Test(arguments: [
        ("60 * * * *", "minute", 0, "60 is out of range; this field takes a number from 0 to 59"),
        ("0 24 * * *", "hour", 2, "24 is out of range; this field takes a number from 0 to 23"),
        ("  0 0 0 * *", "day-of-month", 6, "0 is out of range"),
        ("0 0 * 1,13 *", "month", 8, "13 is out of range"),
        ("0 0 * * MONDAY", "day-of-week", 8, "names have three letters: write MON"),
        ("0 0 * JANUARY *", "month", 6, "names have three letters: write JAN"),
        ("MON 0 * * *", "minute", 0, "names are for month and day-of-week only"),
        ("1,,2 * * * *", "minute", 2, "an item of the list is missing"),
        ("0 22-2 * * *", "hour", 2, "write the two parts as a list, as 22-23,0-2"),
        ("0 0 15W * *", "day-of-month", 4, "W (the weekday nearest to a day) is not supported"),
        ("0 0 * * MON#6", "day-of-week", 12, "1 to 5, as MON#1"),
        ("*/0 * * * *", "minute", 2, "the step \"0\" is not a number from 1 to 9999"),
        ("-5 * * * *", "minute", 0, "no negative numbers"),
        ("1- * * * *", "minute", 2, "the range has no end"),
        ("0 0 30 2 *", "day-of-month", 4, "this never fires: day-of-month 30 with month 2 and day-of-week *"),
        ("0 0 ١ * *", "day-of-month", 4, "is not understood"),
    ])
    func theFieldTheOffsetAndTheRemedyAreNamed(text: String, field: String, offset: Int, part: String) throws {
        let error = try #require(throws: CronSyntaxError.self) { try timetable(text) }
        #expect(error.field == field)
        #expect(error.offset == offset)
        #expect(error.message.contains(part))
    }

    @Test(arguments: [
        ("0 0 0 * * *", 10, "6 fields have four meanings in the wild"),
        ("* * * *", 7, "4 fields instead of 5"),
        ("* * * * * * *", 10, "7 fields instead of 5"),
        ("TZ=UTC * * * * *", 0, "CRON_TZ=Europe/Berlin"),
        ("CRON_TZ=/etc/passwd * * * * *", 8, "is not the name of a time zone"),
        (" @reboot", 1, "caretaker schedule run"),
        ("@every 5s", 7, "at least one minute"),
        ("@every 1h/1h", 10, "shorter than the period"),
        ("@at 2026-02-30T00:00:00Z", 4, "RFC 3339"),
    ])
    func whatIsWrongOutsideOfAFieldIsExplained(text: String, offset: Int, part: String) throws {
        let error = try #require(throws: CronSyntaxError.self) { try CronExpression(text, key: "") }
        #expect(error.field == nil)
        #expect(error.offset == offset)
        #expect(error.message.contains(part))
    }

    @Test(arguments: [
        "0 0 1 1 *", "0 0 1 1 7", "*/61 * * * *", "0 0 L,15 * *", "\t0  0 * * *\n", "0 0 L 2 MON#5",
        "59/5 23/9 31/2 12/3 7/2",
    ])
    func isAccepted(text: String) throws {
        #expect(try timetable(text).next(after: 0) != nil)
    }

    @Test func twoDifferentZonesAreRefused() throws {
        let expression = try CronExpression("CRON_TZ=Europe/Berlin 0 9 * * *", key: "")
        #expect(expression.zoneName == "Europe/Berlin")
        #expect(expression.resolved == "0 9 * * *")
        #expect(try expression.zoneName(given: nil) == "Europe/Berlin")
        #expect(try expression.zoneName(given: "Europe/Berlin") == "Europe/Berlin")
        #expect(throws: CronSyntaxError.self) { try expression.zoneName(given: "UTC") }
        #expect(try CronExpression("0 9 * * *", key: "").zoneName(given: "UTC") == "UTC")
    }
}
