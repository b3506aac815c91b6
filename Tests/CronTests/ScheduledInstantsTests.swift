import Cron
import Testing

/// The cases on which engines disagree, with the instants of this dialect.
@Suite struct ScheduledInstantsTests {
    static let days: [Example] = [
        Example("0 0 1,15 * MON", after: "2026-01-01", "2026-01-05", "2026-01-12", "2026-01-15", "2026-01-19"),
        Example("0 0 */2 * MON", after: "2026-01-01", "2026-01-05", "2026-01-19", "2026-02-09", "2026-02-23"),
        Example("0 0 1 * */2", after: "2026-01-01", "2026-02-01", "2026-03-01", "2026-08-01"),
        Example("0 0 10,* * MON", after: "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"),
        Example(
            "0 0 1-7 * MON",
            after: "2026-01-01",
            "2026-01-02",
            "2026-01-03",
            "2026-01-04",
            "2026-01-05",
            "2026-01-06",
            "2026-01-07",
            "2026-01-12"
        ),
        Example("0 0 * * MON#1", after: "2026-01-01", "2026-01-05", "2026-02-02", "2026-03-02"),
        Example("0 0 * * 7", after: "2026-01-01", "2026-01-04", "2026-01-11", "2026-01-18"),
        Example("0 0 * * FRI-SUN", after: "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-09"),
        Example("0 0 * * 1/2", after: "2026-01-01", "2026-01-02", "2026-01-05", "2026-01-07", "2026-01-09"),
        Example("0 0 29 2 *", after: "2096-03-01", "2104-02-29", "2108-02-29"),
        Example("0 0 30 2 MON", after: "2026-01-01", "2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"),
        Example("0 0 L * *", after: "2026-01-01", "2026-01-31", "2026-02-28", "2026-03-31"),
        Example("0 0 LW * *", after: "2026-01-01", "2026-01-30", "2026-02-27", "2026-03-31"),
        Example("0 0 * 2 MON#5", after: "2020-01-01", "2044-02-29", "2072-02-29", "2112-02-29"),
        Example("0 0 * * FRIL", after: "2026-01-01", "2026-01-30", "2026-02-27", "2026-03-27"),
        Example("0 0 ? * 5-7", after: "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-09"),
        Example("@monthly", after: "2026-01-01", "2026-02-01", "2026-03-01"),
        Example("@yearly", after: "2026-01-01", "2027-01-01", "2028-01-01"),
        Example("@annually", after: "2026-01-01", "2027-01-01"),
        Example("@weekly", after: "2026-01-01", "2026-01-04", "2026-01-11"),
        Example("@daily", after: "2026-01-01", "2026-01-02", "2026-01-03"),
        Example("@Midnight", after: "2026-01-01", "2026-01-02", "2026-01-03"),
    ]

    static let instants: [Example] = [
        Example("0 4-4/2 * * *", after: "2026-01-01", "2026-01-01T04:00:00+00:00", "2026-01-02T04:00:00+00:00"),
        Example("@hourly", after: "2026-01-01", "2026-01-01T01:00:00+00:00", "2026-01-01T02:00:00+00:00"),
        Example(
            "30 2 * * *",
            "America/New_York",
            after: "2026-03-07T12:00",
            "2026-03-08T03:00:00-04:00",
            "2026-03-09T02:30:00-04:00"
        ),
        Example(
            "0,30 2 * * *",
            "America/New_York",
            after: "2026-03-07T12:00",
            "2026-03-08T03:00:00-04:00",
            "2026-03-09T02:00:00-04:00",
            "2026-03-09T02:30:00-04:00"
        ),
        Example(
            "*/15 2 * * *",
            "America/New_York",
            after: "2026-03-07T12:00",
            "2026-03-09T02:00:00-04:00",
            "2026-03-09T02:15:00-04:00"
        ),
        Example(
            "0 */2 * * *",
            "America/New_York",
            after: "2026-03-07T23:30",
            "2026-03-08T00:00:00-05:00",
            "2026-03-08T04:00:00-04:00",
            "2026-03-08T06:00:00-04:00"
        ),
        Example(
            "30 1 * * *",
            "America/New_York",
            after: "2026-10-31T12:00",
            "2026-11-01T01:30:00-04:00",
            "2026-11-02T01:30:00-05:00"
        ),
        Example(
            "30 * * * *",
            "America/New_York",
            after: "2026-11-01T00:00",
            "2026-11-01T00:30:00-04:00",
            "2026-11-01T01:30:00-04:00",
            "2026-11-01T01:30:00-05:00",
            "2026-11-01T02:30:00-05:00"
        ),
        Example(
            "33 * * * *",
            "Australia/Lord_Howe",
            after: "2026-10-04T00:00",
            "2026-10-04T00:33:00+10:30",
            "2026-10-04T01:33:00+10:30",
            "2026-10-04T02:33:00+11:00",
            "2026-10-04T03:33:00+11:00"
        ),
        Example(
            "* 0 * * 0",
            "America/Sao_Paulo",
            after: "2018-11-03T12:00",
            "2018-11-11T00:00:00-02:00",
            "2018-11-11T00:01:00-02:00"
        ),
        Example(
            "0 0 * * *",
            "America/Sao_Paulo",
            after: "2018-11-03T12:00",
            "2018-11-04T01:00:00-02:00",
            "2018-11-05T00:00:00-02:00"
        ),
        Example("30 12 * * *", "Pacific/Apia", after: "2011-12-29T12:30", "2011-12-31T12:30:00+14:00"),
        Example(
            "45 1 * * *",
            "Australia/Lord_Howe",
            after: "2026-04-04T12:00",
            "2026-04-05T01:45:00+11:00",
            "2026-04-06T01:45:00+10:30"
        ),
        Example("15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T12:00", "2026-10-04T02:30:00+11:00"),
        Example("30 2 * * *", "America/New_York", after: "2450-03-01", "2450-03-01T02:30:00-05:00"),
        Example("CRON_TZ=Asia/Kolkata 0 9 * * *", after: "2026-01-01", "2026-01-01T09:00:00+00:00"),
    ]

    @Test(arguments: days)
    func daysMatchAsDebiansCronHasThem(example: Example) throws {
        let starts = try timetable(example.expression)
            .texts(after: instant(example.after), count: example.expected.count)
        #expect(starts == example.expected.map { "\($0)T00:00:00+00:00" })
    }

    @Test(arguments: instants)
    func startsKeepTheirPlaceWhenClocksChange(example: Example) throws {
        let table = try timetable(example.expression, example.zone)
        let after = try instant(example.after, example.zone)
        #expect(table.texts(after: after, count: example.expected.count) == example.expected)
        let last = try instant(try #require(example.expected.last))
        let backwards = table.startsBackwards(after: after, until: last)
        #expect(backwards.map { table.localTime(of: $0).description } == example.expected)
    }

    @Test(arguments: ["2026-11-01T01:00:00-05:00", "2026-11-01T01:30:00-05:00", "2026-11-01T01:59:59-05:00"])
    func insideTheSecondCopyOfAnHourTheFirstIsPast(text: String) throws {
        let place = try instant(text)
        let fixed = try timetable("59 1 * * *", "America/New_York")
        #expect(try fixed.previous(before: place) == instant("2026-11-01T01:59:00-04:00"))
        #expect(try fixed.next(after: place) == instant("2026-11-02T01:59:00-05:00"))
        let elapsed = try timetable("59 * * * *", "America/New_York")
        #expect(
            try elapsed.next(after: place)
                == instant(
                    place < instant("2026-11-01T01:59:00-05:00")
                        ? "2026-11-01T01:59:00-05:00" : "2026-11-01T02:59:00-05:00"
                )
        )
    }

    @Test func aGapOfThreeHoursIsNotTooLong() throws {
        let table = try timetable("30 2,3 * * *", "Antarctica/Casey")
        let after = try instant("2009-10-17T12:00", "Antarctica/Casey")
        #expect(table.texts(after: after, count: 2) == ["2009-10-18T05:00:00+11:00", "2009-10-19T02:30:00+11:00"])
    }

    @Test func theRarestDayIsFoundAndItsPredecessor() throws {
        let table = try timetable("0 0 29 2 *")
        #expect(try table.previous(before: instant("2104-02-29")) == instant("2096-02-29"))
        let onMonday = try timetable("0 0 */28 2 MON#5")
        #expect(try onMonday.next(after: instant("2072-03-01")) == instant("2112-02-29"))
        #expect(try onMonday.previous(before: instant("2112-02-29")) == instant("2072-02-29"))
    }

    @Test func theYear9999IsTheLast() throws {
        let table = try timetable("0 0 1 1 *")
        #expect(try table.next(after: instant("9998-12-31")) == instant("9999-01-01"))
        #expect(try table.next(after: instant("9999-01-01")) == nil)
        #expect(table.next(after: .max) == nil)
        #expect(try table.next(after: .min) == instant("0002-01-01"))
        #expect(table.previous(before: .min) == nil)
        #expect(try table.previous(before: .max) == instant("9999-01-01"))
    }
}
