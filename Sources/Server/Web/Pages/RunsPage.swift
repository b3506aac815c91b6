import Model
import Store

/// Runs, newest first: all, those of a task or schedule, or those in one state.
struct RunsPage: Sendable {
    let store: Store

    private static let limit = 50

    struct View {
        let filters: [WebLink]
        let hasRuns: Bool
        let runs: [RunRow]
        let older: String?
    }

    func page(_ query: WebQuery) async throws -> WebPage {
        let state = try query.word("state", RunState.Name.self)
        let before = query["before"].map(Run.ID.init(rawValue:))
        let task = query["task"]
        let runs = try await store.runs(
            Store.RunFilter(task: task, state: state, before: before, limit: Self.limit + 1)
        )
        let now = store.clock.now
        let shown = runs.prefix(Self.limit)
        let view = View(
            filters: Self.filters(state, query),
            hasRuns: !shown.isEmpty,
            runs: shown.map { RunRow($0, now: now) },
            older: runs.count > shown.count
                ? shown.last.map { query.setting("before", $0.id.rawValue).path("/runs") } : nil
        )
        return WebPage(title: "Runs", section: .runs, template: "runs", view: view)
    }

    private static func filters(_ state: RunState.Name?, _ query: WebQuery) -> [WebLink] {
        let query = query.setting("before", nil)
        let all = WebLink(name: "All", path: query.setting("state", nil).path("/runs"), isCurrent: state == nil)
        return [all]
            + RunState.Name.allCases.map { name in
                WebLink(
                    name: WebText.words(name.rawValue),
                    path: query.setting("state", name.rawValue).path("/runs"),
                    isCurrent: name == state
                )
            }
    }
}
