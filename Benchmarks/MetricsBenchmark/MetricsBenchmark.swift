import Foundation
import OpsMetrics

/// Measures a scrape beside Python's prometheus_client in the same run, what counting costs, and what scrapes cost
/// those who commit.
///
/// `MetricsBenchmark [python]`: a Python that has prometheus_client, `/usr/bin/python3` unless said otherwise. Of the
/// cells a tenth are counters and gauges of one label each; the others are histograms of twelve series. The rows are
/// those of a real store, which the peer reads with the sqlite3 of its own.
@main
struct MetricsBenchmark {
    static func main() async throws {
        let peer = Peer(python: CommandLine.arguments.dropFirst().first ?? "/usr/bin/python3")
        print("medians of 51 scrapes for ours, of 11 for prometheus_client; milliseconds and bytes\n")
        print(row("from", "series", "format", "ours ms", "bytes", "worst ms", "python ms", "bytes", "series", "ratio"))
        for series in [1000, 10_000] {
            let registry = CellSeries.filled(series)
            try await compare("cells", registry, try peer.figures(["cells", "\(series)"]))
        }
        for tasks in [15, 425] {
            let stored = try await StoredSeries(tasks: tasks)
            let begin = ContinuousClock.now
            _ = await stored.registry.scrape(.text)
            let first = (ContinuousClock.now - begin).milliseconds
            let theirs = try peer.figures(["rows", "\(stored.folder)/caretaker.sqlite"])
            try await compare("rows", stored.registry, theirs)
            print("  the first scrape of \(tasks) tasks and schedules: \(String(format: "%.1f", first)) ms")
            if tasks == 425 { try await Commits(stored: stored).measure() }
            try await stored.remove()
        }
        await Counting.measure()
    }

    private static func compare(
        _ source: String,
        _ registry: MetricsRegistry,
        _ theirs: [String: Peer.Figures]
    ) async throws {
        for (name, format) in [("text", ExpositionFormat.text), ("openmetrics", .openMetrics(escaping: nil))] {
            let ours = await Scrapes(registry, format)
            let their = theirs[name]
            print(
                row(
                    source,
                    "\(ours.series)",
                    name,
                    String(format: "%.3f", ours.median),
                    "\(ours.bytes)",
                    String(format: "%.3f", ours.worst),
                    their.map { String(format: "%.2f", $0.milliseconds) } ?? "-",
                    their.map { "\($0.bytes)" } ?? "-",
                    their.map { "\($0.series)" } ?? "-",
                    their.map { String(format: "%.0f", $0.milliseconds / ours.median) } ?? "-"
                )
            )
        }
    }

    private static func row(_ columns: String...) -> String {
        zip(columns, [7, 9, 13, 10, 10, 10, 11, 10, 9, 6]).map { column, width in
            column + String(repeating: " ", count: max(1, width - column.count))
        }.joined()
    }
}
