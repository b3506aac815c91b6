import CoreMetrics
import Testing

@testable import OpsMetrics

/// No value and no name breaks a scrape.
@Suite struct FuzzTests {
    private static var scalars: [Unicode.Scalar] {
        let hard = "\0\n\r\\\"{},= #\t\u{1}\u{7F}\u{85}\u{A0}\u{2028}\u{FEFF}\u{FFFD}\u{E9}\u{1F600}\u{202E}aZ_9"
            .unicodeScalars
        return Array(hard)
    }

    private static func text(upTo length: Int = 12) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length) {
            let scalar = Bool.random() ? scalars.randomElement() : Unicode.Scalar(UInt32.random(in: 0...0x10FFFF))
            if let scalar { text.append(scalar) }
        }
        return String(text)
    }

    /// A registry with as many random values and names as there are rounds.
    private static func filled() -> (MetricsRegistry, values: Set<String>) {
        let registry = MetricsRegistry(namespace: "t", now: { 1.5 })
        let open = registry.counters("o_total", "O.", .open("v"), hasExemplars: true, cap: 20_000)
        let times = registry.histograms("h_seconds", "H.", .open("v"), bounds: [1], hasExemplars: true, cap: 200)
        let collected = registry.collected("c", "C.", .gauge, .open("v"), cap: 20_000)
        let library = LibraryMetrics(registry)
        let texts = (0..<Rounds.count).map { _ in text() }
        for text in texts {
            open[text].increment(run: text)
            times[text].observe(.random(in: -1...9), run: text)
            let dimensions = [(text, text), (Self.text(), Self.text())]
            library.makeCounter(label: text, dimensions: dimensions).increment(by: .random(in: -5...5))
            library.makeTimer(label: text, dimensions: dimensions).recordNanoseconds(.random(in: .min ... .max))
            library.makeMeter(label: text, dimensions: dimensions).set(Double(bitPattern: .random(in: .min ... .max)))
            _ = registry.gauge(text, text)
        }
        registry.collect(text()) {
            var all = Collected()
            for text in texts { all.add(collected, text, value: .random(in: -1...1)) }
            return all
        }
        return (registry, Set(texts))
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics(escaping: nil)])
    func whateverIsCountedTheStrictParserReadsItBack(format: ExpositionFormat) async throws {
        let (registry, values) = Self.filled()
        let parsed = try await registry.parsed(format)
        let expected = Set(values.map { $0.replacingNUL() })
        for name in ["o_total", "c"] {
            let seen = Set(parsed.samples.filter { $0.name == name }.compactMap { $0.labels["v"] })
            #expect(seen == expected)
        }
    }

    @Test(.enabled(if: Peer.python.isWanted), arguments: ["openmetrics", "text"])
    func whateverIsCountedPrometheusClientReadsIt(format: String) async throws {
        let (registry, _) = Self.filled()
        let chosen: ExpositionFormat = format == "text" ? .text : .openMetrics(escaping: nil)
        let bytes = await registry.scrape(chosen)
        let samples = try ParsedExposition(bytes, openMetrics: chosen.isOpenMetrics).samples.count
        #expect(try Peer.parse(bytes, format) == "samples \(samples)")
    }

    @Test(.enabled(if: Peer.promtool.isWanted))
    func whateverIsCountedPromtoolReadsIt() async throws {
        let (registry, _) = Self.filled()
        let (status, output) = try Peer.promtool.run(["check", "metrics"], input: await registry.scrape(.text))
        // 3 stands for remarks on names, which libraries may earn; 1 for what cannot be read.
        #expect(status == 0 || status == 3, "\(output.prefix(500))")
    }
}

extension String {
    fileprivate func replacingNUL() -> String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
