import Synchronization
import Testing

@testable import OpsMetrics

/// Samples that are made at each scrape.
@Suite struct CollectorTests {
    private struct Broken: Error {}

    private let registry = MetricsRegistry(namespace: "t", budget: .milliseconds(200))

    @Test func whatIsNoMoreHasNoSeries() async {
        let family = registry.collected("a", "A.", .gauge, .open("task"))
        let tasks = TaskList(["b", "a"])
        registry.collect("store") {
            var all = Collected()
            for task in await tasks.names { all.add(family, task, value: 1) }
            return all
        }
        #expect(await registry.lines("a{") == ["a{task=\"a\"} 1", "a{task=\"b\"} 1"])
        await tasks.set(["b"])
        #expect(await registry.lines("a{") == ["a{task=\"b\"} 1"])
        await tasks.set([])
        #expect(await registry.lines("# TYPE a ").isEmpty)
    }

    @Test func doublesAndWhatExceedsTheCapAreRefused() async throws {
        let family = registry.collected("a", "A.", .gauge, .open("z"), .open("b"), cap: 3)
        registry.collect("x") {
            var all = Collected()
            for (z, b) in [("1", "9"), ("2", "1"), ("1", "9"), ("3", "1"), ("4", "1")] {
                all.add(family, z, b, value: Double(z))
            }
            return all
        }
        #expect(
            await registry.lines("a{") == [
                "a{b=\"1\",z=\"2\"} 2", "a{b=\"1\",z=\"3\"} 3", "a{b=\"1\",z=\"4\"} 4",
            ]
        )
        // What a scrape refuses is counted at once, so it is in the next one.
        #expect(try await registry.parsed()["t_metrics_series_rejected_total", ["family": "a"]] ?? 0 >= 2)
    }

    @Test func twoCollectorsCannotMakeADouble() async throws {
        let family = registry.collected("a", "A.", .gauge, .open("task"))
        for name in ["x", "y"] {
            registry.collect(name) {
                var all = Collected()
                all.add(family, "same", value: 1)
                return all
            }
        }
        #expect(try await registry.parsed().family("a")?.samples.count == 1)
    }

    @Test func aSampleThatMayNotBeIsLeftOut() async throws {
        let counter = registry.collected("c_total", "C.", .counter, .closed("state", ["ok", "bad"]))
        let gauge = registry.collected("g", "G.")
        registry.collect("x") {
            var all = Collected()
            all.add(counter, "ok", value: -1)
            all.add(counter, "bad", value: .infinity)
            all.add(counter, "unknown", value: 1)
            all.add(counter, value: 1)
            all.add(gauge, value: .nan)
            return all
        }
        let parsed = try await registry.parsed()
        #expect(parsed.family("c_total") == nil && parsed.family("g") == nil)
        #expect(try await registry.parsed()["t_metrics_series_rejected_total", ["family": "c_total"]] ?? 0 >= 4)
    }

    /// A collector that nothing can end, as one that waits for a disk.
    @Test(.timeLimit(.minutes(1)))
    func aCollectorThatHeedsNoCancellationDelaysNoScrapeAndIsBegunOnce() async throws {
        let family = registry.collected("a", "A.")
        let stuck = Stuck()
        registry.collect("stuck") { await stuck.collect() }
        registry.collect("good") {
            var all = Collected()
            all.add(family, value: 1)
            return all
        }
        for round in 1...3 {
            let parsed = try await registry.parsed()
            #expect(parsed["a", [:]] == 1)
            #expect(parsed["t_metrics_scrape_errors_total", ["collector": "stuck"]] == Double(round))
        }
        #expect(await stuck.end() == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func whoScrapesMayGrantLessTimeThanTheRegistry() async throws {
        let registry = MetricsRegistry(namespace: "t", budget: .seconds(3600))
        registry.collect("slow") {
            for await _ in AsyncStream<Never>.makeStream().stream {}
            return Collected()
        }
        let bytes = await registry.scrape(.text, within: .milliseconds(1))
        let parsed = try ParsedExposition(bytes, openMetrics: false)
        #expect(parsed["t_metrics_scrape_errors_total", ["collector": "slow"]] == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func aCollectorThatThrowsOrHangsIsCountedAndMissedAlone() async throws {
        let families = ["good", "bad", "slow"].map { registry.collected($0, "A.") }
        registry.collect("good") {
            var all = Collected()
            all.add(families[0], value: 1)
            return all
        }
        registry.collect("bad") { throw Broken() }
        registry.collect("slow") {
            for await _ in AsyncStream<Never>.makeStream().stream {}
            try Task.checkCancellation()
            return Collected()
        }
        let parsed = try await registry.parsed(.openMetrics(escaping: nil))
        #expect(parsed["good", [:]] == 1)
        #expect(parsed.family("bad") == nil && parsed.family("slow") == nil)
        for (name, count) in [("good", 0.0), ("bad", 1), ("slow", 1)] {
            #expect(parsed["t_metrics_scrape_errors_total", ["collector": name]] == count)
        }
    }

    @Test func scrapesMayGoOnAtOnce() async throws {
        let family = registry.collected("a", "A.", .gauge, .open("task"))
        registry.collect("x") {
            var all = Collected()
            for task in 0..<300 { all.add(family, "\(task)", value: 1) }
            return all
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await registry.parsed().family("a")?.samples.count ?? 0 } }
            for try await count in group { #expect(count == 300) }
        }
    }
}

/// A list that changes between scrapes.
private actor TaskList {
    private(set) var names: [String]

    init(_ names: [String]) {
        self.names = names
    }

    func set(_ names: [String]) {
        self.names = names
    }
}

/// A collector that does not end by itself.
private final class Stuck: Sendable {
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let (begun, beginning) = AsyncStream.makeStream(of: Void.self)

    func collect() async -> Collected {
        await withCheckedContinuation { continuation in
            waiting.withLock { $0.append(continuation) }
            beginning.yield()
        }
        return Collected()
    }

    /// Ends it; tells how often it was begun.
    func end() async -> Int {
        for await _ in begun { break }
        return waiting.withLock { waiting in
            for continuation in waiting { continuation.resume() }
            return waiting.count
        }
    }
}
