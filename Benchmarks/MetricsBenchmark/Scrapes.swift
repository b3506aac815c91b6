import OpsMetrics

/// What the scrapes of a registry took.
struct Scrapes {
    let median: Double
    let worst: Double
    let bytes: Int
    let series: Int

    init(_ registry: MetricsRegistry, _ format: ExpositionFormat) async {
        var rounds: [Double] = []
        var bytes: [UInt8] = []
        for _ in 0..<51 {
            let begin = ContinuousClock.now
            bytes = await registry.scrape(format)
            rounds.append((ContinuousClock.now - begin).milliseconds)
        }
        rounds.sort()
        median = rounds[rounds.count / 2]
        worst = rounds[rounds.count - 1]
        self.bytes = bytes.count
        series = bytes.split(separator: 10).count { $0.first != UInt8(ascii: "#") }
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
