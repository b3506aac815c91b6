/// A number that goes up and down; without a value it has no line.
package final class Gauge: MetricCell {
    package struct Shape: Sendable {
        /// The value until one is set; nil leaves the line out until then, as a time of what never happened wants.
        var initial: Double? = 0
    }

    private let start: [UInt8]
    /// NaN stands for no value.
    private let number: AtomicDouble

    package init(shape: Shape, start: LineStart) {
        self.start = start.bytes()
        number = AtomicDouble(shape.initial ?? .nan)
    }

    package func set(_ value: Double) {
        number.set(value)
    }

    package func set(_ value: Int) {
        number.set(Double(value))
    }

    package func set(_ isSo: Bool) {
        number.set(isSo ? 1 : 0)
    }

    /// Takes the line out of the exposition until a value is set.
    package func clear() {
        number.set(.nan)
    }

    /// Adds to the value; one that was not set counts as 0.
    package func add(_ amount: Double) {
        number.update { $0.isNaN ? amount : $0 + amount }
    }

    package func increment() {
        add(1)
    }

    package func decrement() {
        add(-1)
    }

    /// The value; nil without one.
    package var value: Double? {
        let value = number.value
        return value.isNaN ? nil : value
    }

    package func write(to text: inout ExpositionText) {
        if let value { text.line(start, value) }
    }
}
