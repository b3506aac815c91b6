import AgentStream
import Model
import Store

/// What the template `overview` shows.
struct OverviewView {
    struct Problem {
        let name: String
        let text: String
        let remedy: String?
    }

    struct Progress {
        let step: Int
        let done: Int
        let steps: Int
        let messages: Int
        let cost: String?
    }

    struct Active {
        let id: String
        let name: String
        let repository: String
        let state: String
        let stateText: String
        let since: String
        let progress: Progress?
    }

    struct Queued {
        let id: String
        let name: String
        let repository: String
        let position: Int
        let waiting: String
    }

    struct Slot {
        let path: String
        let name: String
        let time: String
    }

    let healthy: Bool
    let problems: [Problem]
    let pauseOfAll: WebPause?
    let runningCount: Int
    let queuedCount: Int
    let succeededToday: Int
    let failedToday: Int
    let hasFailures: Bool
    let costToday: String
    let running: [Active]
    let hasQueue: Bool
    let queue: [Queued]
    let moreQueued: Int?
    let hasSlots: Bool
    let slots: [Slot]
    let hasResults: Bool
    let results: [RunRow]

    init(
        _ overview: StoreOverview,
        findings: [HealthFinding],
        slots: [(schedule: Schedule, at: Timestamp)],
        now: Timestamp
    ) {
        healthy = findings.allSatisfy(\.allowsWork)
        problems = findings.filter { !$0.isOK }.map { Problem(name: $0.name, text: $0.text, remedy: $0.remedy) }
        pauseOfAll = overview.pauseOfAll.pause.map(WebPause.init)
        runningCount = overview.activeCount
        queuedCount = overview.queuedCount
        succeededToday = overview.today.filter { $0.state == .succeeded }.reduce(0) { $0 + $1.runs }
        failedToday = overview.today.filter { $0.state != .succeeded }.reduce(0) { $0 + $1.runs }
        hasFailures = failedToday > 0
        costToday = WebText.cost(overview.today.reduce(0) { $0 + $1.costUSD }) ?? ""
        running = overview.active.map(Active.init)
        hasQueue = !overview.queued.isEmpty
        queue = overview.queued.enumerated().map { Queued($1, position: $0 + 1) }
        moreQueued = overview.queuedCount > overview.queued.count ? overview.queuedCount - overview.queued.count : nil
        hasSlots = !slots.isEmpty
        self.slots = slots.map {
            Slot(path: WebPath.schedule($0.schedule), name: $0.schedule.content.name, time: WebText.time($0.at))
        }
        hasResults = !overview.ended.isEmpty
        results = overview.ended.map { RunRow($0, now: now) }
    }
}

extension OverviewView.Active {
    init(_ active: StoreOverview.Active) {
        let run = active.run
        id = run.id.rawValue
        name = run.name
        repository = run.repository
        state = run.state.name.rawValue
        stateText = RunRow.stateText(run.state)
        since = WebText.time(run.began)
        progress =
            active.step == 0
            ? nil
            : OverviewView.Progress(
                step: active.step,
                done: active.step - 1,
                steps: active.steps,
                messages: active.messages,
                cost: WebText.cost(run.usage?.costUSD)
            )
    }
}

extension OverviewView.Queued {
    init(_ run: Run, position: Int) {
        id = run.id.rawValue
        name = run.name
        repository = run.repository
        self.position = position
        var reason = "is next"
        if case .queued(let cause?) = run.state { reason = "waits: \(WebText.words(cause))" }
        waiting = run.detail.map { "\(reason). \($0)" } ?? reason
    }
}
