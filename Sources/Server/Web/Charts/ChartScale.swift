/// The vertical axis of a chart: from zero to a round number at or above the largest value.
struct ChartScale: Hashable, Sendable {
    /// The values that are marked, from zero on.
    let ticks: [Double]

    /// - Parameters:
    ///   - largest: What must find room; what is no positive number counts as 1.
    ///   - isWhole: Whether only whole numbers mean something.
    init(largest: Double, isWhole: Bool = false) {
        let largest = largest.isFinite && largest > 0 ? largest : 1
        let step = max(Self.roundStep(largest / 4), isWhole ? 1 : 0)
        let count = Int((largest / step).rounded(.up))
        ticks = (0...max(1, count)).map { Double($0) * step }
    }

    var top: Double { ticks.last ?? 1 }

    /// The smallest of 1, 2 and 5 times a power of ten that is not below a number.
    private static func roundStep(_ number: Double) -> Double {
        var power = 1.0
        while power * 10 <= number { power *= 10 }
        while power > number { power /= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= number * 0.999_999 } ?? power * 10
    }
}
