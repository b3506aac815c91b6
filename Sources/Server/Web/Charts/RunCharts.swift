import Model
import Store

/// What the figures of days tell, as charts: how runs ended, what they cost, how long they took, how late they began.
struct RunCharts {
    let days: ClosedRange<Int>
    let figures: [DayFigures]

    /// The states that are told apart, each with the class of its bars; a run that ended otherwise did not succeed.
    private static let outcomes: [(name: String, kind: String, states: Set<RunState.Name>)] = [
        ("succeeded", "good", [.succeeded]),
        ("failed, timed out or lost", "bad", [.failed, .timedOut, .lost]),
        ("cancelled", "idle", [.cancelled]),
    ]

    var views: [ChartView] { [outcomes, cost, duration, lateness] }

    private var outcomes: ChartView {
        let series = Self.outcomes.map { outcome in
            DayChart.Series(
                name: outcome.name,
                kind: outcome.kind,
                values: each { day in
                    let runs = day.filter { outcome.states.contains($0.state) }.reduce(0) { $0 + $1.runs }
                    return runs > 0 ? Double(runs) : nil
                }
            )
        }
        let all = figures.reduce(0) { $0 + $1.runs }
        let good = figures.filter { $0.state == .succeeded }.reduce(0) { $0 + $1.runs }
        let share = all > 0 ? ", \(WebText.fixed(Double(good) / Double(all) * 100, 0)) % of them succeeded" : ""
        return ChartView(
            "outcomes",
            "Runs that ended",
            summary: "\(all)\(share)",
            DayChart(days, series, isWhole: true),
            { WebText.fixed($0, 0) }
        )
    }

    private var cost: ChartView {
        let values = each { day in day.isEmpty ? nil : day.reduce(0) { $0 + $1.costUSD } }
        let sum = figures.reduce(0) { $0 + $1.costUSD }
        return single("cost", "Cost", summary: "\(WebText.dollars(sum)) in all", values, WebText.dollars)
    }

    private var duration: ChartView {
        let values = each { Self.mean($0, \.duration, \.started) }
        let mean = Self.mean(figures, \.duration, \.started)
        return single("duration", "Mean duration", summary: Self.mean(mean), values, Self.time)
    }

    private var lateness: ChartView {
        let values = each { Self.mean($0, \.lateness, \.slots) }
        let mean = Self.mean(figures, \.lateness, \.slots)
        return single("lateness", "Mean lateness of scheduled runs", summary: Self.mean(mean), values, Self.time)
    }

    private func single(
        _ id: String,
        _ heading: String,
        summary: String,
        _ values: [Double?],
        _ text: (Double) -> String
    ) -> ChartView {
        let series = DayChart.Series(name: heading.lowercased(), kind: "busy", values: values)
        return ChartView(id, heading, summary: summary, DayChart(days, [series]), text)
    }

    /// A value for each day, of the figures of that day.
    private func each(_ value: ([DayFigures]) -> Double?) -> [Double?] {
        let ofDay = Dictionary(grouping: figures, by: \.day)
        return days.map { value(ofDay[$0] ?? []) }
    }

    private static func mean(
        _ figures: [DayFigures],
        _ sum: KeyPath<DayFigures, Duration>,
        _ count: KeyPath<DayFigures, Int>
    ) -> Double? {
        let runs = figures.reduce(0) { $0 + $1[keyPath: count] }
        guard runs > 0 else { return nil }
        return figures.reduce(Duration.zero) { $0 + $1[keyPath: sum] }.seconds / Double(runs)
    }

    private static func mean(_ seconds: Double?) -> String { seconds.map { "\(time($0)) on average" } ?? "no such run" }

    private static func time(_ seconds: Double) -> String {
        // What is short needs marks that differ.
        if seconds <= 0 { return "0 s" }
        if seconds < 1 { return "\(WebText.fixed(seconds * 1000, seconds < 0.01 ? 1 : 0)) ms" }
        return WebText.duration(.seconds(seconds))
    }
}
