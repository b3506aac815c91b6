import Synchronization

/// How often values fell below each of some bounds.
///
/// The count is made from the buckets when it is written, so that it can never differ from them; the sum may lag behind
/// by what is being observed at that very moment.
package final class Histogram: MetricCell {
    package struct Shape: Sendable {
        /// Strictly ascending and finite; the last bucket has no bound.
        let bounds: [Double]
        let exemplarTime: (@Sendable () -> Double)?

        init(bounds: [Double], exemplarTime: (@Sendable () -> Double)? = nil) {
            self.bounds = Set(bounds.filter(\.isFinite)).sorted()
            self.exemplarTime = exemplarTime
        }
    }

    /// The values that fell between one bound and the next.
    private final class Bucket: Sendable {
        let start: [UInt8]
        let count = Atomic<UInt64>(0)
        let exemplar: ExemplarSlot?

        init(start: [UInt8], exemplar: ExemplarSlot?) {
            self.start = start
            self.exemplar = exemplar
        }
    }

    private let bounds: [Double]
    private let buckets: [Bucket]
    private let sum = AtomicDouble(0)
    private let sumStart: [UInt8]
    private let countStart: [UInt8]
    private let now: (@Sendable () -> Double)?

    package init(shape: Shape, start: LineStart) {
        bounds = shape.bounds
        now = shape.exemplarTime
        buckets = (shape.bounds + [.infinity]).map { bound in
            Bucket(
                start: start.bytes(suffix: "_bucket", bound: bound),
                exemplar: shape.exemplarTime.map { _ in ExemplarSlot() }
            )
        }
        sumStart = start.bytes(suffix: "_sum")
        countStart = start.bytes(suffix: "_count")
    }

    /// Takes a value in; what is no finite number is not taken, and what is negative, as after a clock was set back,
    /// counts as 0: the sum must not fall.
    ///
    /// - Parameters:
    ///   - value: The value in the family's unit.
    ///   - run: The run to show as an example of its bucket.
    package func observe(_ value: Double, run: String? = nil) {
        guard value.isFinite else { return }
        let value = max(value, 0)
        let bucket = buckets[bounds.firstIndex { value <= $0 } ?? bounds.count]
        bucket.count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
        if let run, let slot = bucket.exemplar, let now { slot.write(Exemplar(run: run, value: value, time: now())) }
    }

    package func observe(_ duration: Duration, run: String? = nil) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) / 1e18, run: run)
    }

    /// How many values were taken in.
    package var count: UInt64 { buckets.reduce(0) { $0 &+ $1.count.load(ordering: .relaxed) } }

    package func write(to text: inout ExpositionText) {
        let total = sum.value
        var count: UInt64 = 0
        for bucket in buckets {
            count &+= bucket.count.load(ordering: .relaxed)
            text.line(bucket.start, count, text.isOpenMetrics ? bucket.exemplar?.read() : nil)
        }
        text.line(sumStart, total)
        text.line(countStart, count, nil)
    }
}
