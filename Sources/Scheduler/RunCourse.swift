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
    /// How long walks may fail one after the other before that ends the run.
    let patience: Duration
    /// Whether the disk was full since then ends the run.
    private let roomMark: Int

    init(run: Run, parts: CourseParts, patience: Duration = .seconds(120)) {
        self.run = run
        self.parts = parts
        self.patience = patience
        roomMark = parts.store.roomMark
    }

    /// Walks the course; an error of the store or the like lets it be walked again.
    func follow() async {
        var pause = Duration.seconds(1)
        var failingSince: ContinuousClock.Instant?
        var instance: InstanceStatus?
        while !Task.isCancelled {
            let began = ContinuousClock.now
            do {
                let task = try await parts.store.task(of: run)
                try await parts.failpoints.reach(.admitted)
                if let ending = try await parts.store.decidedEnding(of: run.id) {
                    let conclusion = RunConclusion(run: run, task: task, parts: parts, watch: watch(task))
                    return try await close(ending, conclusion, isResumed: true)
                }
                return try await conclude(try await carryOut(task, &instance), task)
            } catch is CancellationError {
                return
            } catch let error as StoreError where error.code == .conflict {
                // The run has ended already: nothing is left to do.
                return parts.logger.error("a run's course met a row that it cannot move", metadata: metadata(error))
            } catch {
                parts.logger.error("a run's course failed and is walked again", metadata: metadata(error))
                // A walk that took its time got on: the trouble before it is over.
                if began.duration(to: .now) > patience { (failingSince, pause) = (nil, .seconds(1)) }
                let since = failingSince ?? .now
                failingSince = since
                if since.duration(to: .now) > patience, await giveUp(error, instance) { return }
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(30))
        }
    }

    /// Ends a run whose course cannot be walked, with what can be kept; false when even that fails.
    private func giveUp(_ error: any Error, _ instance: InstanceStatus?) async -> Bool {
        do {
            // What the agent did may be kept and gone from the instance by then: only the rest can be tried again.
            guard try await parts.store.decidedEnding(of: run.id) == nil else { return false }
            let task = try await parts.store.task(of: run)
            let wasExecuted = try await !parts.store.executions(of: run.id).isEmpty
            let ending =
                wasExecuted
                ? try await ending(without: instance, error, task)
                : .failed(.internal, "The service met an error that it did not foresee: \(error)")
            try await conclude(Walk(ending: ending, hasWorkspace: wasExecuted), task)
            return true
        } catch {
            parts.logger.error("a run cannot be given up", metadata: metadata(error))
            return false
        }
    }

    /// How a run ends whose instance does not come back, told by what is stored and spooled of its steps.
    private func ending(
        without instance: InstanceStatus?,
        _ error: any Error,
        _ task: AgentTask
    ) async throws -> CourseEnding {
        let watch = watch(task)
        let text = "The instance cannot be reached any more: \(error)"
        for index in task.steps.indices {
            let step = RunStep(run: run, task: task, step: index, parts: parts, watch: watch, instance: instance)
            switch try await step.settle() {
            case .judged(nil): continue
            case .judged(let ending?): return ending
            case .unknown:
                var ending = CourseEnding(.lost, text)
                if case .ended = instance { ending = StepJudgement.interrupted(instance) }
                ending.detail = try await step.withLastWords(ending.detail ?? text)
                return ending
            case .notBegun:
                if let interruption = try await watch.current() { return interruption.ending }
                return .failed((error as? RuntimeError)?.failureReason ?? .internal, text)
            }
        }
        return CourseEnding(.succeeded(nil))
    }

    /// What a walk to the end of the last step found.
    struct Walk: Sendable {
        var ending: CourseEnding
        /// Whether there is a workspace whose work is to be kept.
        var hasWorkspace: Bool
    }

    /// Walks to the end of the last step.
    ///
    /// - Parameters:
    ///   - task: The run's task.
    ///   - instance: How the instance ended by itself, once that was seen: after its next start nobody can tell.
    /// - Returns: What the walk found.
    /// - Throws: What lets the course be walked again.
    private func carryOut(_ task: AgentTask, _ instance: inout InstanceStatus?) async throws -> Walk {
        let watch = watch(task)
        let wasExecuted = try await !parts.store.executions(of: run.id).isEmpty
        if wasExecuted, case .done(let status) = try await watch.unlessInterrupted(look), case .ended = status {
            instance = status
        }
        let preparation = RunPreparation(run: run, parts: parts, wasExecuted: wasExecuted)
        do {
            let outcome = try await watch.unlessInterrupted { try await preparation.prepare() }
            if case .interrupted(let interruption) = outcome, !wasExecuted {
                return Walk(ending: interruption.ending, hasWorkspace: false)
            }
        } catch let ending as CourseEnding {
            return Walk(ending: ending, hasWorkspace: wasExecuted)
        }
        try await parts.store.moveRun(run.id, to: .running)
        try await parts.failpoints.reach(.running)
        return try await performSteps(task, watch, instance)
    }

    @Sendable
    private func look() async throws -> InstanceStatus {
        try await parts.whenAvailable(run.id) { try await parts.runtime.status(run.id) }
    }

    private func performSteps(
        _ task: AgentTask,
        _ watch: InterruptionWatch,
        _ instance: InstanceStatus?
    ) async throws -> Walk {
        var walk = Walk(ending: CourseEnding(.succeeded(nil)), hasWorkspace: true)
        for step in task.steps.indices {
            let step = RunStep(run: run, task: task, step: step, parts: parts, watch: watch, instance: instance)
            if let ending = try await step.perform() {
                walk.ending = ending
                return walk
            }
        }
        return walk
    }

    private func watch(_ task: AgentTask) -> InterruptionWatch {
        let past = max(.zero, parts.store.clock.now - run.began)
        let left = parts.settings.deadline(for: task) - past
        return InterruptionWatch(
            store: parts.store,
            run: run.id,
            deadline: .now.advanced(by: left),
            roomMark: roomMark
        )
    }

    private func conclude(_ walk: Walk, _ task: AgentTask) async throws {
        let conclusion = RunConclusion(run: run, task: task, parts: parts, watch: watch(task))
        var ending = walk.ending
        if walk.hasWorkspace { ending = try await conclusion.keepWork(ending) }
        let decided = RunEnding(state: ending.state, detail: ending.detail)
        try await parts.store.decideEnding(of: run.id, decided)
        try await close(decided, conclusion, isResumed: false)
    }

    /// Removes the instance, pushes what was kept and writes the final row; all that is left to do once the ending is
    /// decided.
    private func close(_ decided: RunEnding, _ conclusion: RunConclusion, isResumed: Bool) async throws {
        try await parts.failpoints.reach(.stop)
        try await conclusion.stop()
        try await parts.failpoints.reach(.stopped)
        let ending = try await conclusion.push(decided, isResumed: isResumed)
        try await parts.failpoints.reach(.final)
        try await parts.store.finishRun(run.id, ending, retryAfter: try await retryWait(ending, conclusion.task))
        try await parts.failpoints.reach(.finished)
        await Leftovers(parts: parts).clear(run)
    }

    /// After how long the run is to be tried again; nil for not at all.
    private func retryWait(_ ending: RunEnding, _ task: AgentTask) async throws -> Duration? {
        guard let policy = task.settings.retry else { return nil }
        return policy.wait(
            after: ending.state,
            attempt: run.origin.attempt,
            wasDelivered: try await !parts.store.executions(of: run.id).isEmpty,
            chance: .random(in: 0...1)
        )
    }

    private func metadata(_ error: any Error) -> Logger.Metadata {
        ["message.id": "run_troubled", "run.id": "\(run.id)", "error": "\(error)"]
    }
}
