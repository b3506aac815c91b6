import Model
import Store

/// How it went in the last days, of all tasks or of one.
struct ChartsPage: Sendable {
    let store: Store

    /// How many days may be chosen.
    private static let spans = [7, 30, 90]

    struct Option {
        let slug: String
        let taskName: String
        let isSelected: Bool
    }

    struct View {
        let spans: [WebLink]
        let tasks: [Option]
        let span: Int
        let charts: [ChartView]
    }

    func page(_ query: WebQuery) async throws -> WebPage {
        let span = query["days"].flatMap { Int($0) } ?? 30
        guard Self.spans.contains(span) else {
            throw InputProblem(field: "days", message: "It is one of 7, 30 and 90.")
        }
        let tasks = try await store.tasks()
        let task = try query["task"].map { slug in
            guard let task = tasks.first(where: { $0.slug == slug }) else {
                throw StoreError(.notFound, "There is no task \(slug).")
            }
            return task
        }
        let today = store.clock.now.day
        let days = (today - span + 1)...today
        let charts = RunCharts(days: days, figures: try await store.figures(of: days, task: task?.id))
        let view = View(
            spans: Self.spans.map { days in
                WebLink(
                    name: "\(days) days",
                    path: query.setting("days", "\(days)").path(WebSection.charts.path),
                    isCurrent: days == span
                )
            },
            tasks: tasks.map { Option(slug: $0.slug, taskName: $0.name, isSelected: $0.id == task?.id) },
            span: span,
            charts: charts.views
        )
        return WebPage(title: "Charts", section: .charts, template: "charts", view: view)
    }
}
