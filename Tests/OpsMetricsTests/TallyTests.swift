import Testing

@testable import OpsMetrics

/// Counters that survive a restart.
@Suite struct TallyTests {
    private func make() -> (MetricsRegistry, MetricFamily<Counter>, Counter, MetricFamily<Counter>) {
        let registry = MetricsRegistry(namespace: "t")
        let runs = registry.counters("runs_total", "R.", .closed("state", ["ok", "bad"]), isTallied: true)
        let cost = registry.counter("cost_usd_total", "C.", isTallied: true)
        let codes = registry.counters("codes_total", "C.", .open("code"), isTallied: true)
        _ = registry.counter("other_total", "O.")
        return (registry, runs, cost, codes)
    }

    @Test func whatWasCountedIsTakenUpAgain() async throws {
        let (old, runs, cost, codes) = make()
        runs["ok"].increment(by: 3)
        cost.add(1.75)
        codes["a\"b\n"].increment()
        let rows = old.tally()
        #expect(
            Set(rows) == [
                TallyRow(family: "runs_total", labels: ["ok"], value: 3),
                TallyRow(family: "cost_usd_total", labels: [], value: 1.75),
                TallyRow(family: "codes_total", labels: ["a\"b\n"], value: 1),
            ]
        )

        let (new, newRuns, newCost, _) = make()
        newRuns["ok"].increment()
        #expect(new.restore(rows).isEmpty)
        newCost.add(0.25)
        let parsed = try await new.parsed()
        #expect(parsed["runs_total", ["state": "ok"]] == 4)
        #expect(parsed["runs_total", ["state": "bad"]] == 0)
        #expect(parsed["cost_usd_total", [:]] == 2)
        #expect(parsed["codes_total", ["code": "a\"b\n"]] == 1)
    }

    @Test func rowsThatFitNothingAreHandedBackAndChangeNothing() async throws {
        let (registry, _, _, _) = make()
        let rows = [
            TallyRow(family: "runs_total", labels: ["gone"], value: 3),
            TallyRow(family: "gone_total", labels: [], value: 3),
            TallyRow(family: "other_total", labels: [], value: 3),
            TallyRow(family: "runs_total", labels: [], value: 3),
        ]
        #expect(registry.restore(rows) == rows)
        #expect(registry.restore([TallyRow(family: "runs_total", labels: ["ok"], value: -.infinity)]).isEmpty)
        #expect(registry.tally().isEmpty)
    }
}
