import AgentStream
import Logging
import Model
import Repositories
import Store

/// One run's course, from its admission to its final row.
///
/// It is walked from the top, whether the run is new or the service was restarted in the middle: every call is
/// idempotent, so that what was done is found done. Cancelling the task detaches from the run and changes nothing.
struct RunCourse: Sendable {
    let run: Run
    let parts: CourseParts

    /// How often a course is walked before an error that nobody foresaw ends the run: for about a minute.
    private static let maximumWalks = 6

    /// Walks the course; an error of the store or the like lets it be walked again.
    func follow() async {
        var pause = Duration.seconds(1)
        var lastError: (any Error)?
        for attempt in 1... where !Task.isCancelled {
            do {
                let task = try await parts.store.task(of: run)
                try await parts.failpoints.reach(.admitted)
                guard attempt > Self.maximumWalks, let lastError else {
                    return try await conclude(try await carryOut(task), task)
                }
                let ending = CourseEnding.failed(.internal, "The service met an error it did not foresee: \(lastError)")
                return try await conclude(Walk(ending: ending, hasWorkspace: false), task)
            } catch is CancellationError {
                return
            } catch let error as StoreError where error.code == .conflict {
                // The run has ended already: nothing is left to do.
                return parts.logger.error("a run's course met a row that it cannot move", metadata: metadata(error))
            } catch {
                parts.logger.error("a run's course failed and is walked again", metadata: metadata(error))
                lastError = error
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(60))
            }
        }
    }

    /// What a walk to the end of the last step found.
    struct Walk: Sendable {
        var ending: CourseEnding
        var usage: AgentUsage?
        /// Whether there is a workspace whose work is to be kept.
        var hasWorkspace: Bool
    }

    private func carryOut(_ task: AgentTask) async throws -> Walk {
        let watch = watch(task)
        let preparation = RunPreparation(run: run, parts: parts)
        do {
            let interruption = try await watch.unlessInterrupted { try await preparation.prepare() }
            if let interruption {
                let hasWorkspace = try await !parts.store.executions(of: run.id).isEmpty
                if !hasWorkspace { return Walk(ending: CourseEnding(interruption.state), hasWorkspace: false) }
            }
        } catch let ending as CourseEnding {
            let hasWorkspace = try await !parts.store.executions(of: run.id).isEmpty
            return Walk(ending: ending, hasWorkspace: hasWorkspace)
        }
        try await parts.store.moveRun(run.id, to: .running)
        try await parts.failpoints.reach(.running)
        return try await performSteps(task, watch)
    }

    private func performSteps(_ task: AgentTask, _ watch: InterruptionWatch) async throws -> Walk {
        var walk = Walk(ending: CourseEnding(.succeeded(nil)), hasWorkspace: true)
        for step in task.steps.indices {
            let outcome = try await RunStep(run: run, task: task, step: step, parts: parts, watch: watch).perform()
            if let usage = outcome.usage { walk.usage = walk.usage.map { $0 + usage } ?? usage }
            if let ending = outcome.ending {
                walk.ending = ending
                return walk
            }
        }
        return walk
    }

    private func watch(_ task: AgentTask) -> InterruptionWatch {
        let started = run.startedAt ?? run.createdAt
        let past = max(.zero, parts.store.clock.now - started)
        let left = parts.settings.deadline(for: task) - past
        return InterruptionWatch(store: parts.store, run: run.id, deadline: .now.advanced(by: left))
    }

    private func conclude(_ walk: Walk, _ task: AgentTask) async throws {
        let conclusion = RunConclusion(run: run, task: task, parts: parts)
        var ending = walk.ending
        if walk.hasWorkspace { ending = try await conclusion.keepWork(ending) }
        try await parts.failpoints.reach(.stop)
        try await conclusion.stop()
        try await parts.failpoints.reach(.final)
        try await parts.store.finishRun(
            run.id,
            RunEnding(state: ending.state, detail: ending.detail, usage: walk.usage)
        )
        parts.logger.info(
            "a run has ended",
            metadata: [
                "run.id": "\(run.id)", "run.state": "\(ending.state.name.rawValue)",
                "run.reason": "\(ending.state.reason ?? "")",
            ]
        )
        try await parts.failpoints.reach(.finished)
        await Leftovers(parts: parts).clear(run)
    }

    private func metadata(_ error: any Error) -> Logger.Metadata {
        ["run.id": "\(run.id)", "error": "\(error)"]
    }
}
