import Model
import Store

/// A chart as the template `chart` draws it, with the same numbers as a table.
struct ChartView {
    struct Line {
        let y: String
        let textY: String
        let tick: String
    }

    struct Rectangle {
        let kind: String
        let x: String
        let y: String
        let width: String
        let height: String
        let told: String
    }

    struct Name {
        let x: String
        let date: String
    }

    struct Key {
        let kind: String
        let series: String
    }

    struct Row {
        let date: String
        let cells: [String]
    }

    let chartID: String
    let heading: String
    let summary: String
    let lines: [Line]
    let bars: [Rectangle]
    let names: [Name]
    let legend: [Key]
    let hasLegend: Bool
    let columns: [String]
    let rows: [Row]

    /// Makes the view of a chart.
    ///
    /// - Parameters:
    ///   - id: Unique on the page.
    ///   - heading: What it shows.
    ///   - summary: What all of it comes to.
    ///   - chart: The chart.
    ///   - text: Writes a value.
    init(_ id: String, _ heading: String, summary: String, _ chart: DayChart, _ text: (Double) -> String) {
        chartID = id
        self.heading = heading
        self.summary = summary
        lines = chart.scale.ticks.map { value in
            let y = chart.y(of: value)
            return Line(y: Self.place(y), textY: Self.place(y + 4), tick: text(value))
        }
        bars = chart.bars.map { bar in
            let series = chart.series[bar.series]
            let value = series.values[bar.day - chart.days.lowerBound] ?? 0
            return Rectangle(
                kind: series.kind,
                x: Self.place(bar.x),
                y: Self.place(bar.y),
                width: Self.place(bar.width),
                height: Self.place(bar.height),
                told: "\(Self.date(bar.day)): \(text(value)) \(series.name)"
            )
        }
        names = chart.namedDays.map { day in
            // The last one would be cut off at the edge.
            let x = min(chart.x(of: day), DayChart.width - Self.halfName)
            return Name(x: Self.place(x), date: String(Self.date(day).dropFirst(5)))
        }
        legend = chart.series.map { Key(kind: $0.kind, series: $0.name) }
        hasLegend = chart.series.count > 1
        columns = chart.series.map(\.name)
        rows = chart.days.reversed().compactMap { day in
            let values = chart.series.map { $0.values[day - chart.days.lowerBound] }
            guard values.contains(where: { $0 != nil }) else { return nil }
            return Row(date: Self.date(day), cells: values.map { $0.map(text) ?? "" })
        }
    }

    private static let halfName = 22.0

    private static func place(_ number: Double) -> String { WebText.fixed(number, 1) }

    /// `2026-11-23`.
    static func date(_ day: Int) -> String { String(Timestamp(day: day).iso8601.prefix(10)) }
}
