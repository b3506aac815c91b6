import Foundation
import OpsMetrics

/// Measures a scrape beside Python's prometheus_client in the same run, and what counting costs.
///
/// `MetricsBenchmark [python]`: a Python that has prometheus_client, `/usr/bin/python3` unless said otherwise. A tenth
/// of the series are counters and gauges of one label each; the others are histograms of twelve series.
@main
struct MetricsBenchmark {
    static func main() async throws {
        let python = CommandLine.arguments.dropFirst().first ?? "/usr/bin/python3"
        print("medians of 51 scrapes for ours, of 11 for prometheus_client; milliseconds and bytes\n")
        print(row("series", "format", "ours ms", "bytes", "worst ms", "python ms", "bytes", "series", "ratio"))
        for series in [1000, 10_000] {
            let registry = try filled(series)
            let theirs = try peer(python, series: series)
            for (name, format) in [("text", ExpositionFormat.text), ("openmetrics", .openMetrics(escaping: nil))] {
                let ours = await measure(registry, format)
                let their = theirs[name]
                print(
                    row(
                        "\(ours.series)",
                        name,
                        String(format: "%.3f", ours.median),
                        "\(ours.bytes)",
                        String(format: "%.3f", ours.worst),
                        their.map { String(format: "%.2f", $0.0) } ?? "-",
                        their.map { "\($0.1)" } ?? "-",
                        their.map { "\($0.2)" } ?? "-",
                        their.map { String(format: "%.0f", $0.0 / ours.median) } ?? "-"
                    )
                )
            }
        }
        await counting()
    }

    /// Counters and gauges by one open label, and histograms of ten buckets.
    private static func filled(_ series: Int) throws -> MetricsRegistry {
        let registry = MetricsRegistry(namespace: "own")
        let counters = registry.counters("jobs_total", "Jobs.", .open("task"), cap: series)
        let gauges = registry.gauges("job_age_seconds", "Age.", .open("task"), cap: series)
        let bounds = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60]
        let histograms = registry.histograms(
            "job_duration_seconds",
            "Time.",
            .open("task"),
            bounds: bounds,
            cap: series
        )
        for index in 0..<series / 20 {
            counters["task-\(index)"].increment(by: index * 7)
            gauges["task-\(index)"].set(Double(index) * 1.37)
        }
        for index in 0..<series * 9 / 10 / 12 {
            for value in 0..<20 { histograms["task-\(index)"].observe(Double(value * index % 97) / 9) }
        }
        return registry
    }

    private static func measure(
        _ registry: MetricsRegistry,
        _ format: ExpositionFormat
    ) async -> (
        median: Double, worst: Double, bytes: Int, series: Int
    ) {
        var rounds: [Double] = []
        var bytes: [UInt8] = []
        for _ in 0..<51 {
            let begin = ContinuousClock.now
            bytes = await registry.scrape(format)
            rounds.append(milliseconds(ContinuousClock.now - begin))
        }
        rounds.sort()
        let lines = bytes.split(separator: 10).count { $0.first != UInt8(ascii: "#") }
        return (rounds[rounds.count / 2], rounds[rounds.count - 1], bytes.count, lines)
    }

    /// What counting costs, alone and while another thread scrapes without a pause.
    private static func counting() async {
        let registry = MetricsRegistry(namespace: "own")
        let counter = registry.counters("a_total", "A.", .closed("state", ["ok", "bad"]))
        let histogram = registry.histogram("b_seconds", "B.", bounds: [0.1, 1, 10])
        let cell = counter["ok"]
        let count = 1_000_000
        let clock = ContinuousClock()
        let each = { (elapsed: Duration) in String(format: "%.1f ns", milliseconds(elapsed) * 1e6 / Double(count)) }
        print("\ncounter \(each(clock.measure { for _ in 0..<count { cell.increment() } }))")
        print("counter by its label \(each(clock.measure { for _ in 0..<count { counter["ok"].increment() } }))")
        print("histogram \(each(clock.measure { for _ in 0..<count { histogram.observe(0.5) } }))")
        let (busy, scrapes) = await whileScraping(registry) {
            clock.measure { for _ in 0..<count * 50 { cell.increment() } } / 50
        }
        print("counter while scraped \(each(busy)), during \(scrapes) scrapes")
    }

    /// Does some work while the registry is scraped over and over; what it gave, and how many scrapes there were.
    private static func whileScraping(
        _ registry: MetricsRegistry,
        _ work: @Sendable @escaping () -> Duration
    ) async
        -> (Duration, scrapes: Int)
    {
        await withTaskGroup(of: (Duration?, Int).self) { group in
            group.addTask {
                var scrapes = 0
                while !Task.isCancelled {
                    _ = await registry.scrape(.text)
                    scrapes += 1
                }
                return (nil, scrapes)
            }
            group.addTask { (work(), 0) }
            var elapsed = Duration.zero
            var scrapes = 0
            for await (duration, count) in group {
                if let duration {
                    elapsed = duration
                    group.cancelAll()
                }
                scrapes += count
            }
            return (elapsed, scrapes)
        }
    }

    /// What `peer.py` says: milliseconds, bytes and series by format.
    private static func peer(_ python: String, series: Int) throws -> [String: (Double, Int, Int)] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer.py")
        process.arguments = [script.path, "\(series)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        var figures: [String: (Double, Int, Int)] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 4, let time = Double(words[1]), let bytes = Int(words[2]), let series = Int(words[3]) {
                figures[String(words[0])] = (time, bytes, series)
            }
        }
        return figures
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e3 + Double(attoseconds) / 1e15
    }

    private static func row(_ columns: String...) -> String {
        zip(columns, [9, 13, 10, 10, 10, 11, 10, 9, 6]).map { column, width in
            column + String(repeating: " ", count: max(1, width - column.count))
        }.joined()
    }
}
