import Model
import Store

/// What the template `task` shows.
struct TaskView {
    struct StepView {
        let instructions: String
        let checks: String
        let hasChecks: Bool
    }

    struct Version {
        let number: Int
        let path: String
        let time: String
        let uses: String
        let isShown: Bool
    }

    struct ScheduleLine {
        let schedulePath: String
        let scheduleName: String
        let expression: String
        let next: String
    }

    /// What is lost with the task.
    struct Deletion {
        let consequences: [String]
    }

    let taskName: String
    let taskID: String
    let path: String
    let runsPath: String
    let deletedSince: String?
    /// Whether it can be run.
    let isPresent: Bool
    let canChange: Bool
    /// The file that declares it, where it is to be changed instead.
    let keptIn: String?
    let version: Int
    let isOld: Bool
    let newest: Int
    let changed: String
    let steps: [StepView]
    let hasSteps: Bool
    let facts: [WebFact]
    let hasFacts: Bool
    let cost: String
    let hasRuns: Bool
    let runs: [RunRow]
    let hasSchedules: Bool
    let schedules: [ScheduleLine]
    let hasVersions: Bool
    let versions: [Version]
    let deletion: Deletion

    init(_ history: TaskHistory, ahead: SlotsAhead) {
        let task = history.task
        let path = WebPath.task(task)
        taskName = task.name
        taskID = task.id.rawValue
        self.path = path
        runsPath = "/runs?task=\(task.id.rawValue.percentEncoded)"
        deletedSince = task.deletedAt.map(WebText.time)
        isPresent = task.deletedAt == nil
        keptIn = isPresent ? task.managedBy?.file : nil
        canChange = isPresent && task.managedBy == nil
        version = task.version
        newest = history.newest
        isOld = task.version != history.newest
        changed = WebText.time(task.updatedAt)
        steps = task.steps.map {
            StepView(instructions: $0.instructions, checks: $0.checks, hasChecks: !$0.checks.isEmpty)
        }
        hasSteps = !task.steps.isEmpty
        facts = TaskFields.facts(task.settings)
        hasFacts = !facts.isEmpty
        cost = WebText.cost(history.costUSD) ?? ""
        runs = history.runs.map { RunRow($0, now: ahead.now) }
        hasRuns = !runs.isEmpty
        schedules = ahead.schedules.map { ScheduleLine($0, ahead) }
        hasSchedules = !schedules.isEmpty
        versions = history.versions.map { Version($0, path: path, shown: task.version) }
        hasVersions = history.versions.count > 1
        deletion = Deletion(history)
    }
}

extension TaskView.Version {
    init(_ version: TaskHistory.Version, path: String, shown: Int) {
        number = version.number
        self.path = "\(path)?version=\(version.number)"
        time = WebText.time(version.createdAt)
        uses = WebText.count(version.runs, "run", none: "no run")
        isShown = version.number == shown
    }
}

extension TaskView.ScheduleLine {
    init(_ schedule: Schedule, _ ahead: SlotsAhead) {
        schedulePath = WebPath.schedule(schedule)
        scheduleName = schedule.content.name
        expression = schedule.content.expression
        let isPaused = schedule.pause != nil || ahead.pauseOfAll.pause != nil
        next = ahead.next(of: schedule).map(WebText.time) ?? (isPaused ? "paused" : "not due any more")
    }
}

extension TaskView.Deletion {
    init(_ history: TaskHistory) {
        consequences = [
            "\(WebText.count(history.scheduleCount, "schedule", none: "No schedule")) will be deleted with it.",
            "\(WebText.count(history.queuedCount, "queued run", none: "No queued run")) will be cancelled.",
            WebText.atWork(history.activeCount),
            "All its runs and versions stay readable.",
        ]
        .compactMap(\.self)
    }
}
