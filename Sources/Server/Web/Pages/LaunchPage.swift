import AgentStream
import Model
import Store

/// The form that starts a run of a task, with what its earlier runs cost and took.
struct LaunchPage: Sendable {
    let store: Store

    /// Of so many of the last runs those that ended are looked at.
    private static let runs = 50
    private static let shown = 5
    private static let repositories = 50

    struct Median {
        /// Of which runs it is the middle.
        let of: String
        let took: String
        let price: String
    }

    struct View {
        let taskName: String
        let path: String
        let taskID: String
        let fields: [WebField]
        let groups: [WebFieldGroup]
        let environment: VariableFields
        let repositories: [String]
        let median: Median?
        let hasRuns: Bool
        let runs: [RunRow]
    }

    /// The form, filled in like a run that the query names, or else as the task's last one was.
    func page(_ id: String, _ query: WebQuery) async throws -> WebPage {
        guard let task = try await store.task(id) else { throw StoreError(.notFound, "There is no task \(id).") }
        let runs = try await store.runs(Store.RunFilter(task: task.id.rawValue, limit: Self.runs))
        var model: Run?
        if let like = query["like"] { model = try await store.run(Run.ID(rawValue: like)) }
        let ended = runs.filter { $0.state.isFinal && $0.startedAt != nil }.prefix(Self.shown)
        let view = View(
            taskName: task.name,
            path: WebPath.task(task),
            taskID: task.id.rawValue,
            fields: Self.fields(task, like: model ?? runs.first, priority: model?.priority),
            groups: TaskFields.groups(ofRun: model?.settings ?? TaskSettings(), of: task.settings),
            environment: VariableFields(model?.settings?.environment),
            repositories: try await store.recentRepositories(limit: Self.repositories),
            median: Self.median(Array(ended)),
            hasRuns: !ended.isEmpty,
            runs: ended.map { RunRow($0, now: store.clock.now) }
        )
        return WebPage(
            title: "Run \(task.name)",
            section: .tasks,
            template: "launch",
            view: view,
            script: "form.js"
        )
    }

    private static func fields(_ task: AgentTask, like last: Run?, priority: Int?) -> [WebField] {
        let usual = task.settings.priority ?? 0
        return [
            WebField(
                "repository",
                "Repository",
                last?.repository,
                hint: "An address that git can fetch, or a folder on the service's machine.",
                empty: .text,
                isRequired: true,
                suggestions: "repositories"
            ),
            WebField("ref", "Branch, tag or commit", last?.ref, hint: "Empty: the repository's own branch."),
            .integer(
                "priority",
                "Priority",
                priority == usual ? nil : priority,
                hint: "Empty: the task's, \(usual). Higher goes first."
            ),
        ]
    }

    /// The middle of what runs took and cost; nil without runs.
    private static func median(_ runs: [Run]) -> Median? {
        let durations = runs.compactMap { run in
            run.startedAt.flatMap { start in run.finishedAt.map { $0 - start } }
        }
        guard let took = middle(durations) else { return nil }
        let price = middle(runs.compactMap { $0.usage?.costUSD })
        return Median(
            of: runs.count == 1 ? "The last one" : "In the middle of the last \(runs.count) they",
            took: WebText.duration(took),
            price: WebText.cost(price) ?? "an unknown amount"
        )
    }

    private static func middle<Value: Comparable>(_ values: [Value]) -> Value? {
        values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
    }
}
