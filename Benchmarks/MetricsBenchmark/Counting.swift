import Foundation
import OpsMetrics

/// What counting costs, alone and while another thread scrapes without a pause.
enum Counting {
    static func measure() async {
        let registry = MetricsRegistry(namespace: "own")
        let counter = registry.counters("a_total", "A.", .closed("state", ["ok", "bad"]))
        let histogram = registry.histogram("b_seconds", "B.", bounds: [0.1, 1, 10])
        let cell = counter["ok"]
        let count = 1_000_000
        let clock = ContinuousClock()
        let each = { (elapsed: Duration) in String(format: "%.1f ns", elapsed.milliseconds * 1e6 / Double(count)) }
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
}
