import Model
import Store

/// One task, at its newest or an earlier version, also when it is deleted.
struct TaskPage: Sendable {
    let store: Store
    let forecast: ScheduleForecast

    private static let runs = 20

    func page(_ id: String, _ query: WebQuery) async throws -> WebPage {
        let version = try query["version"].map { (text) throws(InputProblem) in
            guard let number = Int(text) else {
                throw InputProblem(field: "version", message: "\(text) is no number of a version.")
            }
            return number
        }
        let history = try await store.taskHistory(id, version: version, limit: Self.runs)
        let ahead = try await SlotsAhead(store, forecast, task: history.task.id)
        let view = TaskView(history, ahead: ahead)
        return WebPage(
            title: history.task.name,
            section: .tasks,
            template: "task",
            view: view,
            script: "form.js"
        )
    }
}
