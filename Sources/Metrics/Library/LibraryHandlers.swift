import CoreMetrics

/// A library's counter; without a cell it counts nothing.
final class LibraryCounter: CounterHandler, FloatingPointCounterHandler {
    private let counter: Counter?

    init(counter: Counter?) {
        self.counter = counter
    }

    func increment(by amount: Int64) {
        counter?.increment(by: Int(amount))
    }

    func increment(by amount: Double) {
        counter?.add(amount)
    }

    func reset() {
        counter?.reset()
    }
}

/// A library's meter, or a recorder that keeps the last value only.
final class LibraryGauge: MeterHandler, RecorderHandler {
    private let gauge: Gauge?

    init(gauge: Gauge?) {
        self.gauge = gauge
    }

    func set(_ value: Int64) {
        gauge?.set(Double(value))
    }

    func set(_ value: Double) {
        gauge?.set(value)
    }

    func increment(by amount: Double) {
        gauge?.add(amount)
    }

    func decrement(by amount: Double) {
        gauge?.add(-amount)
    }

    func record(_ value: Int64) {
        gauge?.set(Double(value))
    }

    func record(_ value: Double) {
        gauge?.set(value)
    }
}

/// A library's timer, or a recorder that keeps how values are spread.
final class LibraryHistogram: TimerHandler, RecorderHandler {
    private let histogram: Histogram?

    init(histogram: Histogram?) {
        self.histogram = histogram
    }

    func recordNanoseconds(_ duration: Int64) {
        histogram?.observe(Double(duration) / 1e9)
    }

    func record(_ value: Int64) {
        histogram?.observe(Double(value))
    }

    func record(_ value: Double) {
        histogram?.observe(value)
    }
}
