/// Values of days as stacked bars, worked out to the rectangle; drawing them is the template's.
struct DayChart: Sendable {
    /// One kind of value, from the bottom of the stack up.
    struct Series: Sendable {
        let name: String
        /// A class of the style sheet.
        let kind: String
        /// One for each day; nil where there is nothing to tell.
        let values: [Double?]
    }

    struct Bar: Hashable, Sendable {
        let day: Int
        let series: Int
        let x: Double
        let y: Double
        let width: Double
        let height: Double
    }

    static let width = 480.0
    static let height = 190.0
    static let left = 66.0
    static let top = 10.0
    static let bottom = 168.0

    let days: ClosedRange<Int>
    let series: [Series]
    let scale: ChartScale
    let bars: [Bar]

    /// Works the chart out.
    ///
    /// - Parameters:
    ///   - days: Days since 1970-01-01.
    ///   - series: Their values; what is negative counts as nothing.
    ///   - isWhole: Whether only whole numbers mean something.
    init(_ days: ClosedRange<Int>, _ series: [Series], isWhole: Bool = false) {
        self.days = days
        self.series = series
        let sums = (0..<days.count).map { place in series.reduce(0) { $0 + Self.value($1, place) } }
        scale = ChartScale(largest: sums.max() ?? 0, isWhole: isWhole)
        bars = (0..<days.count).flatMap { [scale] in Self.stack(series, $0, days, scale) }
    }

    /// The bars of one day, each on the one before it.
    private static func stack(
        _ series: [Series],
        _ place: Int,
        _ days: ClosedRange<Int>,
        _ scale: ChartScale
    ) -> [Bar] {
        let slot = (width - left) / Double(days.count)
        var sum = 0.0
        return series.enumerated().compactMap { number, one in
            let value = value(one, place)
            guard value > 0 else { return nil }
            let (low, high) = (y(of: sum, scale), y(of: sum + value, scale))
            sum += value
            return Bar(
                day: days.lowerBound + place,
                series: number,
                x: left + (Double(place) + 0.1) * slot,
                y: high,
                width: slot * 0.8,
                height: low - high
            )
        }
    }

    /// Where a value stands, from the top.
    func y(of value: Double) -> Double { Self.y(of: value, scale) }

    private static func y(of value: Double, _ scale: ChartScale) -> Double {
        bottom - (bottom - top) * min(value / scale.top, 1)
    }

    /// The middle of a day, from the left.
    func x(of day: Int) -> Double {
        Self.left + (Double(day - days.lowerBound) + 0.5) * (Self.width - Self.left) / Double(days.count)
    }

    /// The days that are named below: six at most, evenly spaced and with the last.
    var namedDays: [Int] {
        let step = max(1, (days.count + 5) / 6)
        return days.filter { (days.upperBound - $0) % step == 0 }
    }

    private static func value(_ series: Series, _ place: Int) -> Double {
        let value = (series.values.indices.contains(place) ? series.values[place] : nil) ?? 0
        return value.isFinite ? max(0, value) : 0
    }
}
