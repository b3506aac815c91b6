import Cron
import Testing

/// `H`, `@every`, `@at` and `@manual`.
@Suite struct SpecialScheduleTests {
    // Worked out with Python: FNV-1a 64 of "<key>/<field name>", modulo the width.
    @Test(arguments: [
        ("H H H H H", "nightly", "11 17 1 4 0"),
        ("H H H H H", "dependency-updates", "0 18 12 11 4"),
        ("h h h h h", "01J9Z", "40 18 4 11 5"),
        ("H/15 H(0-5) * * H(1-5)", "nightly", "11-59/15 5 * * 5"),
        ("H/15 H(0-5) * * H(MON-FRI)", "dependency-updates", "0-59/15 0 * * 1"),
        ("H/15 H(0-5) * * H(1-5)", "01J9Z", "10-59/15 0 * * 4"),
        ("H(0-29)/10 0 H/10 * *", "nightly", "1-29/10 0 5-28/10 * *"),
        ("H(0-29)/10,45 0 H/10 * *", "dependency-updates", "0-29/10,45 0 4-28/10 * *"),
    ])
    func hashedFieldsAreTheSameForEver(text: String, key: String, resolved: String) throws {
        let expression = try CronExpression(text, key: key)
        #expect(expression.resolved == resolved)
        #expect(expression.text == text)
        #expect(try CronExpression(resolved, key: "another").kind == expression.kind)
    }

    @Test func theHashIsTheKnownOne() {
        #expect(StableHash.hash("") == 0xCBF2_9CE4_8422_2325)
        #expect(StableHash.hash("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(StableHash.hash("foobar") == 0x8594_4171_F739_67E8)
    }

    @Test(arguments: 0..<200)
    func hashedValuesStayInTheirRange(number: Int) throws {
        for text in ["H H H H H", "H(50-59)/3 H(22-23) H(29-31) H(2-3) H(5-0)/2", "H/90 H/30 H/40 H/13 H/8"] {
            let expression = try CronExpression(text, key: "schedule-\(number)")
            #expect(try CronExpression(expression.resolved, key: "").kind == expression.kind)
            let day = expression.resolved.split(separator: " ")[2]
            if text.hasPrefix("H H") { #expect((1...28).contains(try #require(Int(day)))) }
        }
    }

    @Test(arguments: [
        ("@every 90m", 5400, 0), ("@every 1h30m", 5400, 0), ("@every 1d", 86_400, 0), ("@EVERY 2W", 1_209_600, 0),
        ("@every 1h/15m", 3600, 900), ("@every 1m", 60, 0), ("@every 1d/1h30m", 86_400, 5400),
        ("@every 90s/0s", 90, 0), ("@every 1w2d3h4m5s", 788_645, 0),
    ])
    func periodsAreAnchoredToTheEpoch(text: String, period: Int64, phase: Int64) throws {
        #expect(try CronExpression(text, key: "").kind == .every(period: period, phase: phase))
        let table = try timetable(text, "Europe/Berlin")
        for place in [0, 1, phase - 1, phase, phase + 1, 1_772_900_000, -1, -1_000_000] as [Int64] {
            let next = try #require(table.next(after: place))
            #expect(next > place && next - period <= place && (next - phase) % period == 0)
            let previous = try #require(table.previous(before: place))
            #expect(previous < place && previous + period >= place && (previous - phase) % period == 0)
        }
    }

    @Test(arguments: [
        "@every", "@every 1", "@every m", "@every 1h 30m", "@every 1.5h", "@every 30m1h", "@every 1h1h", "@every 0m",
        "@every 1h/", "@every 1h/5", "@every 99999w", "@every 9999999999m", "@every 1h/-5m",
    ])
    func whatIsNoPeriodIsRejected(text: String) {
        #expect(throws: CronSyntaxError.self) { try CronExpression(text, key: "") }
    }

    @Test(arguments: [
        ("@at 2026-03-08T02:30:00-05:00", 1_772_955_000), ("@at 2026-03-08T07:30:00Z", 1_772_955_000),
        ("@at 2026-03-08 07:30:00.000z", 1_772_955_000), ("@at 1970-01-01T00:00:00+00:00", 0),
        ("@at 2026-03-08T13:00:00+05:30", 1_772_955_000), ("@at 1969-12-31T23:59:59Z", -1),
    ])
    func aMomentFiresOnce(text: String, moment: Int64) throws {
        let table = try timetable(text)
        #expect(table.next(after: moment - 1) == moment)
        #expect(table.next(after: moment) == nil)
        #expect(table.previous(before: moment + 1) == moment)
        #expect(table.previous(before: moment) == nil)
    }

    @Test(arguments: [
        "@at", "@at tomorrow", "@at 2026-03-08", "@at 2026-03-08T02:30:00", "@at 2026-03-08T02:30Z",
        "@at 2026-03-08T02:30:60Z", "@at 2026-03-08T24:00:00Z", "@at 2026-13-08T02:30:00Z",
        "@at 2026-03-08T02:30:00.5Z", "@at 2026-03-08T02:30:00+0500", "@at 2026-03-08T02:30:00Z x",
        "@at 0000-01-01T00:00:00Z",
    ])
    func whatIsNoMomentIsRejected(text: String) {
        #expect(throws: CronSyntaxError.self) { try CronExpression(text, key: "") }
    }

    @Test func aManualScheduleNeverFiresByItself() throws {
        let table = try timetable(" @manual ")
        #expect(table.next(after: 0) == nil && table.previous(before: 0) == nil)
    }
}
