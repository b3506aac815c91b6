import Cron
import Testing

/// Runs are put off by the same every time, and not too far.
@Suite struct JitterTests {
    @Test func aSlotIsPutOffByAtMostTheJitterAndAlwaysAlike() throws {
        let hourly = try timetable("0 * * * *")
        var seen: Set<Int64> = []
        for number in 0..<1000 as Range<Int64> {
            let slot = number * 3600
            let due = hourly.due(of: slot, jitter: 10, seed: 7)
            #expect((slot...slot + 10).contains(due))
            #expect(hourly.due(of: slot, jitter: 10, seed: 7) == due)
            seen.insert(due - slot)
        }
        #expect(seen == Set(0...10))
        #expect(hourly.due(of: 3600, jitter: 0, seed: 7) == 3600)
    }

    @Test func theNextSlotIsNeverReached() throws {
        let minutely = try timetable("* * * * *")
        let delays = (0..<1000 as Range<Int64>).map { minutely.due(of: $0 * 60, jitter: 3600, seed: 1) - $0 * 60 }
        #expect(Set(delays) == Set(0...59))
    }
}
