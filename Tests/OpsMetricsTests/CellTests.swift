import Testing

@testable import OpsMetrics

/// What counters, gauges and histograms hold.
@Suite struct CellTests {
    private let registry = MetricsRegistry(now: { 12.25 })

    @Test func aCounterIsExactUnderManyHands() async {
        let counter = registry.counter("a_total", "A.")
        let money = registry.counter("m_total", "M.")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5000 {
                        counter.increment()
                        money.add(0.25)
                    }
                }
            }
        }
        #expect(await registry.lines("a_total") == ["a_total 40000"])
        #expect(await registry.lines("m_total") == ["m_total 10000"])
    }

    @Test func aCounterNeverFalls() async {
        let counter = registry.counter("a_total", "A.")
        counter.increment(by: 3)
        counter.increment(by: -2)
        for amount in [-1, Double.nan, .infinity, -Double.infinity] { counter.add(amount) }
        counter.add(0.5)
        #expect(await registry.lines("a_total") == ["a_total 3.5"])
    }

    @Test func aGaugeWithoutValueHasNoLineAndNoFamily() async {
        let gauge = registry.gauge("a_timestamp_seconds", "A.", initial: nil)
        #expect(!String(decoding: await registry.scrape(.text), as: UTF8.self).contains("a_timestamp"))
        gauge.set(5)
        #expect(await registry.lines("a_timestamp_seconds") == ["a_timestamp_seconds 5"])
        gauge.clear()
        #expect(await registry.lines("# TYPE a_timestamp").isEmpty)
        gauge.increment()
        gauge.add(-2.5)
        #expect(await registry.lines("a_timestamp_seconds") == ["a_timestamp_seconds -1.5"])
    }

    @Test func aHistogramCountsUpToEachBound() async {
        let histogram = registry.histogram("d_seconds", "D.", bounds: [5, 1, 1, 0.5])
        for value in [0.5, 0.7, 1, 4, 100, -3, .nan, .infinity] { histogram.observe(value) }
        histogram.observe(.milliseconds(1500))
        #expect(
            await registry.lines("d_seconds") == [
                "d_seconds_bucket{le=\"0.5\"} 2", "d_seconds_bucket{le=\"1.0\"} 4", "d_seconds_bucket{le=\"5.0\"} 6",
                "d_seconds_bucket{le=\"+Inf\"} 7", "d_seconds_sum 107.7", "d_seconds_count 7",
            ]
        )
    }

    @Test func exemplarsAreInOpenMetricsOnlyAndOnTheirBucket() async {
        let runs = registry.counters("r_total", "R.", .closed("state", ["ok"]), hasExemplars: true)
        let time = registry.histogram("d_seconds", "D.", bounds: [1, 5], hasExemplars: true)
        runs["ok"].increment(run: "01hzy")
        time.observe(2.5, run: "01hzz")
        let open = ExpositionFormat.openMetrics(escaping: nil)
        #expect(await registry.lines("r_total", open) == ["r_total{state=\"ok\"} 1 # {run_id=\"01hzy\"} 1 12.25"])
        #expect(
            await registry.lines("d_seconds_b", open) == [
                "d_seconds_bucket{le=\"1.0\"} 0", "d_seconds_bucket{le=\"5.0\"} 1 # {run_id=\"01hzz\"} 2.5 12.25",
                "d_seconds_bucket{le=\"+Inf\"} 1",
            ]
        )
        #expect(!String(decoding: await registry.scrape(.text), as: UTF8.self).contains("run_id"))
    }

    @Test func anExemplarIsTheLastOneThatFits() async {
        let slot = ExemplarSlot()
        #expect(slot.read() == nil)
        let first = Exemplar(run: String(repeating: "x", count: 32), value: 1, time: 2)
        slot.write(first)
        slot.write(Exemplar(run: String(repeating: "y", count: 33), value: 1, time: 2))
        for run in ["", "a\"b", "a}", "a b", "\n", "\0", "é"] { slot.write(Exemplar(run: run, value: 1, time: 2)) }
        #expect(slot.read() == first)
    }

    @Test(.timeLimit(.minutes(1)))
    func anExemplarIsNeverTorn() async {
        let slot = ExemplarSlot()
        let choices = (0..<10).map { digit in
            Exemplar(run: String(repeating: "\(digit)", count: 32), value: Double(digit), time: Double(digit))
        }
        let (seen, torn) = await withTaskGroup(of: (Int, Int)?.self) { group in
            group.addTask {
                var place = 0
                while !Task.isCancelled {
                    slot.write(choices[place])
                    place = (place + 1) % choices.count
                }
                return nil
            }
            group.addTask {
                var seen = 0
                var torn = 0
                while seen < 5000 {
                    guard let exemplar = slot.read() else { continue }
                    seen += 1
                    if !choices.contains(exemplar) { torn += 1 }
                }
                return (seen, torn)
            }
            var result = (0, 0)
            for await counts in group {
                if let counts {
                    result = counts
                    group.cancelAll()
                }
            }
            return result
        }
        #expect(seen == 5000)
        #expect(torn == 0)
    }

    @Test func histogramsHoldTogetherWhileTheyAreFilled() async throws {
        let time = registry.histogram("d_seconds", "D.", bounds: [1, 2, 3, 4], hasExemplars: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for round in 0..<20_000 { time.observe(Double(round % 6), run: "r\(round)") }
                }
            }
            group.addTask {
                for _ in 0..<200 { _ = try await registry.parsed(.openMetrics(escaping: nil)) }
            }
            try await group.waitForAll()
        }
        #expect(time.count == 40_000)
    }
}
