import CoreMetrics
import Testing

@testable import OpsMetrics

/// What libraries count, which must never harm what we count.
@Suite struct LibraryTests {
    private let registry = MetricsRegistry(namespace: "t")
    private let library: LibraryMetrics

    init() {
        library = LibraryMetrics(registry)
    }

    private func refused() async throws -> Double? {
        try await registry.parsed()["t_metrics_series_rejected_total", ["family": "library"]]
    }

    @Test func everyKindAppearsUnderItsOwnPrefix() async throws {
        library.makeCounter(label: "hb.requests", dimensions: [("hb.uri", "/x")]).increment(by: 2)
        library.makeFloatingPointCounter(label: "cost", dimensions: []).increment(by: 1.5)
        library.makeMeter(label: "pool.size", dimensions: []).set(4.0)
        library.makeRecorder(label: "last", dimensions: [], aggregate: false).record(Int64(7))
        library.makeRecorder(label: "bytes.out", dimensions: [], aggregate: true).record(100.0)
        library.makeTimer(label: "HTTPServer.requestDuration", dimensions: []).recordNanoseconds(1_500_000_000)
        let parsed = try await registry.parsed()
        #expect(parsed["library_hb_requests_total", ["hb_uri": "/x"]] == 2)
        #expect(parsed["library_cost_total", [:]] == 1.5)
        #expect(parsed["library_pool_size", [:]] == 4)
        #expect(parsed["library_last", [:]] == 7)
        #expect(parsed["library_bytes_out_sum", [:]] == 100)
        #expect(parsed["library_httpserver_request_duration_seconds_sum", [:]] == 1.5)
    }

    @Test func differingLabelsAndTheirOrderMakeNoDoubles() async throws {
        for dimensions in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")], [("A", "1"), ("b", "2"), ("a", "9")]] {
            library.makeCounter(label: "x", dimensions: dimensions).increment(by: 1)
        }
        library.makeCounter(label: "x", dimensions: []).increment(by: 5)
        library.makeCounter(label: "x", dimensions: [("empty", "")]).increment(by: 5)
        let parsed = try await registry.parsed()
        #expect(parsed["library_x_total", ["a": "1", "b": "2"]] == 3)
        #expect(parsed["library_x_total", [:]] == 10)
        #expect(parsed.family("library_x_total")?.samples.count == 2)
    }

    @Test func namesThatWouldCollideAreRefused() async throws {
        library.makeCounter(label: "a.b", dimensions: []).increment(by: 1)
        library.makeCounter(label: "a_b", dimensions: []).increment(by: 10)
        library.makeMeter(label: "a.b", dimensions: []).set(3.0)
        library.makeTimer(label: "t", dimensions: []).recordNanoseconds(1)
        library.makeRecorder(label: "t_seconds", dimensions: [], aggregate: true).record(1.0)
        let parsed = try await registry.parsed()
        #expect(parsed["library_a_b_total", [:]] == 1)
        #expect(parsed.family("library_a_b") == nil)
        #expect(parsed["library_t_seconds_count", [:]] == 1)
        #expect(try await refused() == 3)
    }

    @Test func aLibraryMakesNoMoreThanSoManySeries() async throws {
        for code in 0..<500 { library.makeCounter(label: "x", dimensions: [("c", "\(code)")]).increment(by: 1) }
        for name in 0..<500 { library.makeMeter(label: "m\(name)", dimensions: []).set(1.0) }
        let parsed = try await registry.parsed()
        #expect(parsed.family("library_x_total")?.samples.count == 100)
        #expect(parsed.families.count { $0.name.hasPrefix("library_m") } == 100)
        #expect(try await refused() == 800)
    }

    @Test func aHandlerOfTheSameNameGoesOnCounting() async throws {
        let first = library.makeCounter(label: "x", dimensions: [])
        first.increment(by: 2)
        library.destroyCounter(first)
        library.makeCounter(label: "x", dimensions: []).increment(by: 3)
        #expect(try await registry.parsed()["library_x_total", [:]] == 5)
        first.reset()
        #expect(try await registry.parsed()["library_x_total", [:]] == 0)
    }

    @Test(arguments: [
        ("http.server.requests", "library_http_server_requests_total"),
        ("camelCaseName", "library_camel_case_name_total"),
        ("requests_total", "library_requests_total"), ("", "library_unnamed_total"), ("9lives", "library_9lives_total"),
        ("ü\n\"}", "library_unnamed_total"), ("a__b--c", "library_a_b_c_total"),
        ("x.count", "library_x_count_value_total"),
    ])
    func aNameBecomesOneThatCanBeExposed(label: String, name: String) {
        #expect(LibraryName.family(label, .counter) == name)
    }

    @Test func labelsAreSortedNamedValidlyAndNeverEmpty() {
        let given = ["z", "le", "b", "y", "", "a", "x", "9", "c"].map { ($0, "v") } + [("d", "")]
        let names = LibraryName.labels(given).map(\.name)
        #expect(names == ["a", "b", "c", "library_9", "library_le", "unnamed", "x", "y", "z"])
    }
}
