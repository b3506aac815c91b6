import AgentStream
import Model

/// A run in a list, for `run-row`.
struct RunRow {
    let id: String
    let name: String
    let repository: String
    let ref: String?
    /// The version of the task that it carries out.
    let taskVersion: Int
    let state: String
    let stateText: String
    let trigger: String
    /// The HTML of the moment at which it came to where it is.
    let time: String
    let duration: String
    let cost: String

    init(_ run: Run, now: Timestamp) {
        id = run.id.rawValue
        name = run.name
        repository = run.repository
        ref = run.ref
        taskVersion = run.taskVersion
        state = run.state.name.rawValue
        stateText = Self.stateText(run.state)
        trigger = run.origin.trigger.rawValue
        time = WebText.time(run.finishedAt ?? run.startedAt ?? run.createdAt)
        let end = run.finishedAt ?? now
        duration = run.startedAt.map { WebText.duration(end - $0) } ?? ""
        cost = WebText.cost(run.usage?.costUSD) ?? ""
    }

    /// The state with its reason, as people read it.
    static func stateText(_ state: RunState) -> String {
        if case .queued(let waiting?) = state { return "queued: \(WebText.words(waiting))" }
        let reason = state.reason.map { ": \(WebText.words($0))" } ?? ""
        return WebText.words(state.name.rawValue) + reason
    }
}
