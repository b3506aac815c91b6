import Synchronization

/// A number that only grows.
///
/// Whole steps and fractions are kept apart, so that counting things stays exact and needs one instruction.
package final class Counter: MetricCell {
    package struct Shape: Sendable {
        /// Gives the time of exemplars in seconds since 1970; nil for a family without exemplars.
        var exemplarTime: (@Sendable () -> Double)?
    }

    private let start: [UInt8]
    private let whole = Atomic<UInt64>(0)
    private let fraction = AtomicDouble(0)
    private let exemplar: ExemplarSlot?
    private let now: (@Sendable () -> Double)?

    package init(shape: Shape, start: LineStart) {
        self.start = start.bytes()
        now = shape.exemplarTime
        exemplar = shape.exemplarTime.map { _ in ExemplarSlot() }
    }

    /// Counts; what is negative is not counted.
    ///
    /// - Parameters:
    ///   - amount: How many.
    ///   - run: The run to show as an example of what is counted.
    package func increment(by amount: Int = 1, run: String? = nil) {
        guard amount > 0 else { return }
        whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
        if let run { remember(run, Double(amount)) }
    }

    /// Adds an amount; what is negative or no number is not added.
    ///
    /// - Parameters:
    ///   - amount: How much.
    ///   - run: The run to show as an example of what is counted.
    package func add(_ amount: Double, run: String? = nil) {
        guard amount > 0, amount.isFinite else { return }
        fraction.add(amount)
        if let run { remember(run, amount) }
    }

    package var value: Double { Double(whole.load(ordering: .relaxed)) + fraction.value }

    /// Takes up what was counted before the service was started.
    func restore(_ value: Double) {
        guard value > 0, value.isFinite else { return }
        let floor = value.rounded(.down)
        guard let steps = UInt64(exactly: floor), steps < 1 << 53 else { return fraction.add(value) }
        whole.wrappingAdd(steps, ordering: .relaxed)
        if value > floor { fraction.add(value - floor) }
    }

    /// Begins again at 0, as a library may ask.
    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.set(0)
    }

    package func write(to text: inout ExpositionText) {
        let shown = text.isOpenMetrics ? exemplar?.read() : nil
        if fraction.value == 0 {
            text.line(start, whole.load(ordering: .relaxed), shown)
        } else {
            text.line(start, value, shown)
        }
    }

    private func remember(_ run: String, _ amount: Double) {
        guard let exemplar, let now else { return }
        exemplar.write(Exemplar(run: run, value: amount, time: now()))
    }
}
