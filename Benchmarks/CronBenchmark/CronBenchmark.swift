import Cron
import Foundation

/// Measures one `next` beside PyPI's cronsim and croniter in the same run.
///
/// `CronBenchmark [python]`: a Python that has both; without one only ours is measured. `peers.py` says how to get it.
@main
struct CronBenchmark {
    static let expressions = ["30 2 * * *", "*/15 * * * *", "0 9 * * 1-5", "0 0 1 * *", "5 4 * * MON", "0 0 * 2 MON#5"]
    static let zones = ["UTC", "America/New_York"]

    static func main() throws {
        let files = ZoneFiles()
        let peers = CommandLine.arguments.dropFirst().first.map { Peers(python: $0) }
        print("nanoseconds a next; medians of 15 rounds for ours, of 3 for the peers\n")
        print(row("expression", "zone", "ours", "cronsim", "croniter", "cronsim/ours", "croniter/ours"))
        for expression in expressions {
            for zone in zones {
                let table = try Timetable(CronExpression(expression, key: ""), zone: files.zone(zone))
                let ours = nanoseconds(table)
                let theirs = try peers?.nanoseconds(expression, zone) ?? [:]
                let figures = ["cronsim", "croniter"].map { theirs[$0] }
                print(
                    row(
                        expression,
                        zone,
                        String(format: "%.0f", ours),
                        figures[0].map { String(format: "%.0f", $0) } ?? "-",
                        figures[1].map { String(format: "%.0f", $0) } ?? "-",
                        figures[0].map { String(format: "%.0f", $0 / ours) } ?? "-",
                        figures[1].map { String(format: "%.0f", $0 / ours) } ?? "-"
                    )
                )
            }
        }
    }

    /// Each call begins where the one before ended, from 2026 on; ours gets to 2400 and begins again.
    private static func nanoseconds(_ table: Timetable) -> Double {
        let start: Int64 = 1_767_225_600
        let calls = 200_000
        var rounds: [Double] = []
        for _ in 0..<15 {
            var place = start
            var sum: Int64 = 0
            let clock = ContinuousClock()
            let elapsed = clock.measure {
                for _ in 0..<calls {
                    place = table.next(after: place) ?? start
                    if place > 13_569_465_600 { place = start }
                    sum &+= place
                }
            }
            precondition(sum != 0)
            rounds.append(Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9)
        }
        return rounds.sorted()[rounds.count / 2] / Double(calls)
    }

    private static func row(_ columns: String...) -> String {
        zip(columns, [15, 18, 8, 10, 10, 14, 14]).map { column, width in
            column + String(repeating: " ", count: max(1, width - column.count))
        }.joined()
    }
}
