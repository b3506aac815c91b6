import Model
import Store

/// All tasks: how each did last, when it runs next and what it cost.
struct TasksPage: Sendable {
    let store: Store
    let forecast: ScheduleForecast

    struct TaskRow {
        let taskName: String
        let slug: String
        let path: String
        let steps: String
        let last: Last?
        let next: String?
        let cost: String
        /// The file that declares it.
        let keptIn: String?
    }

    struct Last {
        let id: String
        let state: String
        let stateText: String
        let time: String
    }

    struct View {
        let hasTasks: Bool
        let tasks: [TaskRow]
    }

    func page() async throws -> WebPage {
        let next = try await SlotsAhead(store, forecast).nextByTask()
        let rows = try await store.taskSummaries().map { Self.row($0, next: next[$0.task.id]) }
        let view = View(hasTasks: !rows.isEmpty, tasks: rows)
        return WebPage(title: "Tasks", section: .tasks, template: "tasks", view: view)
    }

    private static func row(_ summary: TaskSummary, next: Timestamp?) -> TaskRow {
        let task = summary.task
        return TaskRow(
            taskName: task.name,
            slug: task.slug,
            path: WebPath.task(task),
            steps: task.steps.count == 1 ? "1 step" : "\(task.steps.count) steps",
            last: summary.last.map { run in
                Last(
                    id: run.id.rawValue,
                    state: run.state.name.rawValue,
                    stateText: RunRow.stateText(run.state),
                    time: WebText.time(run.finishedAt ?? run.startedAt ?? run.createdAt)
                )
            },
            next: next.map(WebText.time),
            cost: WebText.cost(summary.costUSD) ?? "",
            keptIn: task.managedBy?.file
        )
    }
}
