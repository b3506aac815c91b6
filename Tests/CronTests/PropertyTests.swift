import Cron
import Testing

/// What holds for every expression in every zone.
@Suite struct PropertyTests {
    static let zones = [
        "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia",
        "Africa/Casablanca", "Antarctica/Troll", "America/Caracas", "Asia/Pyongyang", "UTC",
    ]

    static func expression(_ random: inout SeededNumbers) -> String {
        func field(_ low: Int, _ high: Int, _ stars: [String]) -> String {
            let a = Int.random(in: low...high, using: &random)
            let b = Int.random(in: a...high, using: &random)
            let step = Int.random(in: 1...20, using: &random)
            return (stars + ["\(a)", "\(a)-\(b)", "\(a)-\(b)/\(step)", "*/\(step)", "\(a),\(b)"])
                .randomElement(using: &random) ?? "*"
        }
        let days = ["*", "*", "*", "L", "LW", "?"]
        let weekdays = ["*", "*", "*", "FRIL", "MON#5", "?"]
        return [
            field(0, 59, ["*"]), field(0, 4, ["*", "*"]), field(1, 31, days), field(1, 12, ["*", "*", "*"]),
            field(0, 6, weekdays),
        ].joined(separator: " ")
    }

    @Test(arguments: zones)
    func startsIncreaseAreRealAndAtMostOneAMinute(zone: String) throws {
        var random = SeededNumbers(seed: UInt64(zone.utf8.count))
        for _ in 0..<400 {
            let text = Self.expression(&random)
            guard let table = try? timetable(text, zone) else { continue }
            var place = Int64.random(in: 100_000_000...5_000_000_000, using: &random)
            for _ in 0..<25 {
                guard let next = table.next(after: place) else { break }
                #expect(next > place)
                #expect(next / 60 > place / 60 || next % 60 == 0)
                let local = table.localTime(of: next)
                #expect(local.second == 0, "\(text) at \(local)")
                // The instant's text, read again, is the instant: it is on the zone's clock.
                #expect(try instant(local.description) == next)
                #expect(table.previous(before: next + 1) == next, "\(text) at \(local)")
                #expect(table.next(after: next - 1) == next, "\(text) at \(local)")
                place = next
            }
        }
    }

    @Test(arguments: zones)
    func forwardsAndBackwardsAreTheSame(zone: String) throws {
        var random = SeededNumbers(seed: UInt64(zone.utf8.count) + 100)
        for _ in 0..<60 {
            let text = Self.expression(&random)
            guard let table = try? timetable(text, zone) else { continue }
            let after = Int64.random(in: 100_000_000...5_000_000_000, using: &random)
            let until = after + 40 * 86_400
            #expect(table.starts(after: after, until: until) == table.startsBackwards(after: after, until: until))
        }
    }
}
