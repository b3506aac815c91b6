import Model
import Store

/// What the template `schedule` shows.
struct ScheduleView {
    struct Next {
        let onTheClock: String
        let fromNow: String
    }

    let scheduleID: String
    let scheduleName: String
    let schedulePath: String
    let deletedSince: String?
    /// Whether it makes runs.
    let isPresent: Bool
    let canChange: Bool
    /// The file that declares it, where it is to be changed instead.
    let keptIn: String?
    let state: String
    let pause: WebPause?
    let pauseOfAll: WebPause?
    let canPause: Bool
    let words: String
    let expression: String
    let zone: String
    let taskName: String
    let taskPath: String
    let repository: String
    let ref: String?
    let failures: String?
    let facts: [WebFact]
    let hasNext: Bool
    let next: [Next]
    let hasSlots: Bool
    /// Oldest first, as one reads a strip.
    let strip: [SlotPiece]
    /// Newest first, as one reads a list.
    let slots: [SlotPiece]
    let older: String?
    let consequences: [String]

    init(
        _ schedule: Schedule,
        task: AgentTask,
        ahead: SlotsAhead,
        words: String?,
        next: [Next],
        pieces: [SlotPiece],
        older: String?,
        unfinished: (queued: Int, active: Int)
    ) {
        let content = schedule.content
        scheduleID = schedule.id.rawValue
        scheduleName = content.name
        schedulePath = WebPath.schedule(schedule)
        deletedSince = schedule.deletedAt.map(WebText.time)
        isPresent = schedule.deletedAt == nil
        keptIn = isPresent ? schedule.managedBy?.file : nil
        canChange = isPresent && schedule.managedBy == nil
        state = schedule.deletedAt == nil ? ahead.state(of: schedule).rawValue : "deleted"
        pause = schedule.pause.map(WebPause.init)
        pauseOfAll = ahead.pauseOfAll.pause.map(WebPause.init)
        canPause = schedule.deletedAt == nil && schedule.pause == nil
        self.words = words ?? "Its expression cannot be told, as the time zone cannot be read."
        expression = content.expression
        zone = content.zone
        taskName = task.name
        taskPath = WebPath.task(task)
        repository = content.repository
        ref = content.ref
        failures = schedule.failuresInARow > 0 ? "\(schedule.failuresInARow) failed in a row" : nil
        facts = ScheduleFields.policy(content.policy).facts
        hasNext = !next.isEmpty
        self.next = next
        hasSlots = !pieces.isEmpty
        slots = pieces
        strip = pieces.reversed()
        self.older = older
        consequences = [
            "It makes no runs any more.",
            "\(WebText.count(unfinished.queued, "queued run", none: "No queued run")) will be cancelled.",
            WebText.atWork(unfinished.active),
            "Its runs and what became of its slots stay readable.",
        ]
        .compactMap(\.self)
    }
}
