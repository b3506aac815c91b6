package import Logging
import Model
package import OpsMetrics
package import Store

/// Counts and tells what every commit did: one line of the log for each change of a run's state.
///
/// It is called by the database's writer, so that nothing can happen that is not told, and never before it is safe.
package struct Chronicle: Sendable {
    let metrics: CaretakerMetrics
    let logger: Logger
    private let disk: DiskNotice

    package init(metrics: CaretakerMetrics, logger: Logger, disk: DiskNotice) {
        self.metrics = metrics
        self.logger = logger
        self.disk = disk
    }

    package func hear(_ report: CommitReport) {
        disk.committed()
        metrics.store.commitDuration.observe(report.took)
        metrics.store.commitWrites.observe(Double(report.writes))
        for (kind, count) in report.messages { metrics.agents.messages[kind.rawValue].increment(by: count) }
        for news in report.news {
            switch news {
            case .run(let change): tell(change, among: report.news)
            case .waiting(let change): tell(change)
            case .skipped(let schedule, let task, let slots): tell(slots, of: schedule, task)
            case .paused(let schedule, let pause, let failures): tell(pause, of: schedule, failures)
            case .resumed(let schedule):
                log("schedule_resumed", "a schedule goes on", ["schedule.id": "\(schedule)"])
            case .pausedAll(let pause?):
                log("schedules_paused", "all schedules are paused", ["by": "\(pause.by ?? "")"])
            case .pausedAll(nil): log("schedules_resumed", "all schedules go on")
            }
        }
    }

    func log(_ event: String, _ text: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        logger.info(text, metadata: metadata.merging(["message.id": "\(event)"]) { $1 })
    }

    private func tell(_ slots: SkippedSlots, of schedule: Schedule.ID, _ task: AgentTask.ID) {
        metrics.schedules.slotsSkipped[slots.reason.rawValue].increment(by: slots.count)
        log(
            "schedule_skipped",
            "slots of a schedule were skipped",
            [
                "schedule.id": "\(schedule)", "task.id": "\(task)", "skip.reason": "\(slots.reason.rawValue)",
                "slots": "\(slots.count)", "slot": "\(slots.last.iso8601)",
            ]
        )
    }

    private func tell(_ pause: SchedulePause, of schedule: Schedule.ID, _ failures: Int) {
        var metadata: Logger.Metadata = ["schedule.id": "\(schedule)", "by": "\(pause.by ?? "")"]
        guard failures > 0 else { return log("schedule_paused", "a schedule is paused", metadata) }
        metadata["failures"] = "\(failures)"
        log("schedule_paused_by_failures", "a schedule pauses itself after failures", metadata)
    }
}
