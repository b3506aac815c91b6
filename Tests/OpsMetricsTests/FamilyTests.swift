import Testing

@testable import OpsMetrics

/// Which series a family has.
@Suite struct FamilyTests {
    private let registry = MetricsRegistry(namespace: "t")

    private func refused(_ family: String) async throws -> Double? {
        try await registry.parsed()["t_metrics_series_rejected_total", ["family": family]]
    }

    @Test func closedSeriesAreThereAtZeroFromTheStartAndSorted() async {
        _ = registry.counters("a_total", "A.", .closed("z", ["y", "x"]), .closed("b", ["2", "1", "2"]))
        #expect(
            await registry.lines("a_total") == [
                "a_total{b=\"1\",z=\"x\"} 0", "a_total{b=\"1\",z=\"y\"} 0", "a_total{b=\"2\",z=\"x\"} 0",
                "a_total{b=\"2\",z=\"y\"} 0",
            ]
        )
    }

    @Test func onlyValuesThatBelongTogetherAreThere() async throws {
        let family = registry.counters(
            "a_total",
            "A.",
            .closed("state", ["f", "t"]),
            .closed("reason", ["x", "y"]),
            children: [["f", "x"], ["t", "y"]]
        )
        family["f", "y"].increment()
        family["t", "y"].increment()
        #expect(
            await registry.lines("a_total") == [
                "a_total{reason=\"x\",state=\"f\"} 0", "a_total{reason=\"y\",state=\"t\"} 1",
            ]
        )
        #expect(try await refused("a_total") == 1)
    }

    @Test func closedSeriesMayComeWithTheirUseButForSome() async throws {
        let family = registry.counters(
            "a_total",
            "A.",
            .closed("procedure", ["x", "y"], other: "other"),
            .closed("code", ["ok", "bad", "worse"]),
            first: [["y", "ok"], ["x", "ok"]]
        )
        #expect(
            await registry.lines("a_total") == [
                "a_total{code=\"ok\",procedure=\"x\"} 0", "a_total{code=\"ok\",procedure=\"y\"} 0",
            ]
        )
        family["x", "worse"].increment()
        family["z", "bad"].increment()
        family["x", "unknown"].increment()
        #expect(
            await registry.lines("a_total") == [
                "a_total{code=\"bad\",procedure=\"other\"} 1", "a_total{code=\"ok\",procedure=\"x\"} 0",
                "a_total{code=\"ok\",procedure=\"y\"} 0", "a_total{code=\"worse\",procedure=\"x\"} 1",
            ]
        )
        #expect(try await refused("a_total") == 1)
    }

    @Test func anUnknownWordIsRefusedAndCounted() async throws {
        let family = registry.counters("a_total", "A.", .closed("state", ["ok"]))
        #expect(try await refused("a_total") == 0)
        family["bad"].increment()
        family["ok", "more"].increment()
        family[].increment()
        #expect(await registry.lines("a_total") == ["a_total{state=\"ok\"} 0"])
        #expect(try await refused("a_total") == 3)
    }

    @Test func anUnknownWordIsOtherWhereThereIsSuchAWord() async {
        let family = registry.counters("a_total", "A.", .closed("model", ["m"], other: "other"))
        family["m"].increment()
        family["x"].increment()
        family["y"].increment()
        #expect(await registry.lines("a_total") == ["a_total{model=\"m\"} 1", "a_total{model=\"other\"} 2"])
    }

    @Test func openSeriesComeWithTheirUseUpToTheCap() async throws {
        let family = registry.counters("a_total", "A.", .open("code"), .closed("m", ["g"], other: "o"), cap: 3)
        for code in ["404", "200", "500", "200", "418", "419"] { family[code, "x"].increment() }
        #expect(
            await registry.lines("a_total") == [
                "a_total{code=\"200\",m=\"o\"} 2", "a_total{code=\"404\",m=\"o\"} 1", "a_total{code=\"500\",m=\"o\"} 1",
            ]
        )
        family["404", "x"].increment()
        #expect(await registry.lines("a_total{code=\"404\"") == ["a_total{code=\"404\",m=\"o\"} 2"])
        #expect(try await refused("a_total") == 2)
    }

    @Test func manyOpenSeriesMadeAtOnceAreEachThereOnce() async throws {
        let family = registry.counters("a_total", "A.", .open("code"), cap: 10_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for code in 0..<3000 { family["\(code)"].increment() } }
            }
            group.addTask { for _ in 0..<20 { _ = try await registry.parsed() } }
            try await group.waitForAll()
        }
        let samples = try await registry.parsed().family("a_total")?.samples ?? []
        #expect(samples.count == 3000)
        #expect(samples.allSatisfy { $0.value == 4 })
    }

    @Test(arguments: ["a_total", "b_bucket", "b", "b_sum", "c", "9x", "a-b", "", "t_metrics_scrape_errors_total"])
    func aNameThatIsTakenOrNotAllowedIsLeftOut(name: String) async throws {
        _ = registry.counter("a_total", "A.")
        _ = registry.histogram("b", "B.", bounds: [1])
        registry.info("c_info", "C.", [(name: "v", value: "1")])
        _ = await registry.scrape(.text)
        let before = try await registry.parsed().families.map(\.name)
        registry.gauge(name, "Again.").set(17)
        #expect(registry.refused == [name])
        #expect(try await registry.parsed().families.map(\.name) == before)
    }

    @Test(arguments: ["le", "quantile", "__x", "a-b", "", "9"])
    func aLabelThatIsNotAllowedLeavesTheFamilyOut(label: String) async throws {
        _ = registry.counters("a_total", "A.", .closed(label, ["x"]))
        #expect(registry.refused == ["a_total"])
        _ = try await registry.parsed()
    }

    @Test func anInfoIsAGaugeInTheTextFormat() async {
        registry.info("b_info", "B \"quoted\" \\ and\nbroken.", [(name: "v", value: "1"), (name: "a", value: "x\"y")])
        #expect(
            await registry.lines("# HELP b") + registry.lines("# TYPE b") + registry.lines("b_") == [
                "# HELP b_info B \"quoted\" \\\\ and\\nbroken.", "# TYPE b_info gauge",
                "b_info{a=\"x\\\"y\",v=\"1\"} 1",
            ]
        )
        let open = ExpositionFormat.openMetrics(escaping: nil)
        #expect(
            await registry.lines("# HELP b", open) + registry.lines("# TYPE b", open) + registry.lines("b_", open) == [
                "# HELP b B \\\"quoted\\\" \\\\ and\\nbroken.", "# TYPE b info", "b_info{a=\"x\\\"y\",v=\"1\"} 1",
            ]
        )
    }

    @Test func familiesComeSmallTypesFirstAndByName() async throws {
        _ = registry.histogram("a_seconds", "A.", bounds: [1])
        _ = registry.counter("b_total", "B.")
        _ = registry.gauge("d", "D.")
        _ = registry.gauge("c", "C.")
        registry.info("z_info", "Z.", [(name: "v", value: "1")])
        let names = try await registry.parsed().families.map(\.name).filter { !$0.hasPrefix("t_") }
        #expect(names == ["z_info", "c", "d", "b_total", "a_seconds"])
    }

    @Test func openMetricsNamesUnitsAndEnds() async {
        _ = registry.counter("cpu_seconds_total", "C.")
        let open = ExpositionFormat.openMetrics(escaping: nil)
        let text = String(decoding: await registry.scrape(open), as: UTF8.self)
        #expect(
            text.contains(
                "# TYPE cpu_seconds counter\n# UNIT cpu_seconds seconds\n# HELP cpu_seconds C.\ncpu_seconds_total 0\n"
            )
        )
        #expect(text.hasSuffix("\n# EOF\n"))
        #expect(!text.contains("_created"))
    }
}
