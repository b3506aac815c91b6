import Foundation
import Testing

@testable import OpsMetrics

/// Every metric of the service.
@Suite struct CatalogueTests {
    @Test func nothingOfItIsRefused() async throws {
        let scene = Scene()
        #expect(scene.metrics.registry.refused.isEmpty)
        scene.collectEverything()
        _ = try await scene.parsed()
        let rejected = try await scene.parsed().family("caretaker_metrics_series_rejected_total")?.samples ?? []
        #expect(!rejected.isEmpty && rejected.allSatisfy { $0.value == 0 })
    }

    @Test func everyNameHasOurPrefixOrThatOfEveryProcess() {
        for family in Scene().metrics.registry.families {
            #expect(family.name.hasPrefix("caretaker_") || family.name.hasPrefix("process_"))
            #expect(family.help.hasSuffix("."))
        }
    }

    @Test func everyFamilyHasSamplesInBothFormats() async throws {
        let scene = Scene()
        scene.collectEverything()
        let metrics = scene.metrics
        for gauge in [
            metrics.schedules.lastTick, metrics.instances.lastPass, metrics.engine.up,
            metrics.service.reloadSuccessTime,
            metrics.service.watchdogPing,
        ] { gauge.set(1) }
        metrics.http.requests["/metrics", "GET", "200"].increment()
        _ = try await scene.parsed()
        let text = try await scene.parsed()
        let open = try await scene.parsed(.openMetrics(escaping: .dots))
        let families = metrics.registry.families
        #expect(text.families.map(\.name) == families.map(\.name))
        #expect(open.families.map(\.name) == families.map(\.base))
        // The same series in both, whatever was asked for.
        #expect(Set(text.samples.map(\.name)) == Set(open.samples.map(\.name)))
        #expect(text.samples.map(\.labels) == open.samples.map(\.labels))
    }

    @Test func deletedTasksHaveNoSeries() async throws {
        let full = Scene()
        full.collectEverything(tasks: ["tidy", "update"])
        let less = Scene()
        less.collectEverything(tasks: ["update"])
        func named(_ scene: Scene) async throws -> Int {
            try await scene.parsed().samples.count {
                $0.labels["task"] == "tidy" || $0.labels["schedule"] == "tidy-nightly"
            }
        }
        #expect(try await named(full) > 20)
        #expect(try await named(less) == 0)
    }

    @Test(.enabled(if: Peer.promtool.isWanted))
    func promtoolHasNothingToSay() async throws {
        let scene = Scene()
        scene.collectEverything()
        let (status, output) = try Peer.promtool.run(
            ["check", "metrics"],
            input: await scene.metrics.registry.scrape(.text)
        )
        #expect(status == 0, "\(output)")
    }

    @Test(.enabled(if: Peer.python.isWanted))
    func prometheusClientReadsItInBothFormats() async throws {
        let scene = Scene()
        scene.collectEverything()
        scene.metrics.runs.finished["succeeded", "manual"].increment(run: "01jabcdefghjkmnpqrstvwxyz0")
        scene.metrics.runs.duration["succeeded"].observe(12, run: "01jabcdefghjkmnpqrstvwxyz0")
        for (word, format) in [("text", ExpositionFormat.text), ("openmetrics", .openMetrics(escaping: nil))] {
            let bytes = await scene.metrics.registry.scrape(format)
            let count = try ParsedExposition(bytes, openMetrics: format.isOpenMetrics).samples.count
            #expect(try Peer.parse(bytes, word) == "samples \(count)")
        }
    }

    @Test func theProcessTellsOfItself() async throws {
        let parsed = try await Scene().parsed()
        for name in [
            "process_cpu_seconds_total", "process_open_fds", "process_max_fds", "process_virtual_memory_bytes",
            "process_resident_memory_bytes", "process_start_time_seconds", "process_threads",
        ] { #expect(parsed[name, [:]] ?? 0 > 0) }
        let age = Date().timeIntervalSince1970 - (parsed["process_start_time_seconds", [:]] ?? 0)
        #expect(age > -2 && age < 86_400)
        let folder = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(abs((parsed["process_open_fds", [:]] ?? 0) - Double(folder)) < 20)
    }

    @Test func theCatalogueStaysSmall() async throws {
        let scene = Scene()
        scene.collectEverything(tasks: [])
        let none = try await scene.parsed().samples.count
        let hundred = Scene()
        hundred.collectEverything(tasks: (0..<100).map { "task-\($0)" })
        let each = (try await hundred.parsed().samples.count - none) / 100
        #expect(none < 900)
        #expect(each < 25)
    }
}
