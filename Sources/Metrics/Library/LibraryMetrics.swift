package import CoreMetrics

/// What libraries count through swift-metrics, shown beside our own under the prefix `library_`.
///
/// Give it to `MetricsSystem.bootstrap` once. Libraries choose names and labels freely; here nothing that they choose
/// can collide with another metric, break a scrape or make more series than a cap allows.
package struct LibraryMetrics: MetricsFactory {
    private static var families: Int { 100 }
    private static var seriesPerFamily: Int { 100 }
    private static var times: [Double] { [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] }
    private static var sizes: [Double] { [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144] }

    private let registry: MetricsRegistry
    private let refusals: Counter
    private let counters = LibraryFamilies<Counter>()
    private let gauges = LibraryFamilies<Gauge>()
    private let histograms = LibraryFamilies<Histogram>()

    package init(_ registry: MetricsRegistry) {
        self.registry = registry
        refusals = registry.refusals("library")
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        LibraryCounter(counter: counter(label, dimensions))
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        LibraryCounter(counter: counter(label, dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        LibraryGauge(gauge: gauge(label, dimensions))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return LibraryGauge(gauge: gauge(label, dimensions)) }
        return LibraryHistogram(histogram: histogram(label, dimensions, bounds: Self.sizes, isTime: false))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        LibraryHistogram(histogram: histogram(label, dimensions, bounds: Self.times, isTime: true))
    }

    // A series lives until the process ends, so that its absence never means that nothing happened.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> Counter? {
        let name = LibraryName.family(label, .counter)
        return counters.cell(name, label: label, dimensions, limit: Self.families) {
            family(name, .counter, Counter.Shape())
        } ?? refused()
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> Gauge? {
        let name = LibraryName.family(label, .gauge)
        return gauges.cell(name, label: label, dimensions, limit: Self.families) {
            family(name, .gauge, Gauge.Shape())
        } ?? refused()
    }

    private func histogram(
        _ label: String,
        _ dimensions: [(String, String)],
        bounds: [Double],
        isTime: Bool
    ) -> Histogram? {
        let name = LibraryName.family(label, .histogram, isTime: isTime)
        return histograms.cell(name, label: label, dimensions, limit: Self.families) {
            family(name, .histogram, Histogram.Shape(bounds: bounds))
        } ?? refused()
    }

    private func refused<Cell>() -> Cell? {
        refusals.increment()
        return nil
    }

    /// A family that the registry lists; nil when it does not.
    private func family<Cell: MetricCell>(
        _ name: String,
        _ kind: MetricKind,
        _ shape: Cell.Shape
    ) -> MetricFamily<Cell>? {
        let family = MetricFamily<Cell>(
            FamilyDescription(name, "Counted by a library.", kind, [], cap: Self.seriesPerFamily),
            shape: shape,
            isTallied: false,
            children: [],
            refusals: refusals
        )
        return registry.adopt(family) ? family : nil
    }
}
