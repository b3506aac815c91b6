import Logging
import Model
import Repositories
import Store

/// Everything after the last step: the agent's work is kept, the instance stopped, the work pushed.
struct RunConclusion: Sendable {
    /// How long an export may take after somebody asked for the run's end.
    private static let exportAfterCancel = Duration.seconds(5)

    let run: Run
    let task: AgentTask
    let parts: CourseParts
    let watch: InterruptionWatch
    /// How long an export is asked for again whose executor is lost.
    var exportPatience = Duration.seconds(15)
    /// How long what is left of an instance that does not run any more is tried to be removed.
    var removalPatience = Duration.seconds(120)

    /// Keeps what the agent did; a success whose work cannot be kept becomes a failure, and one that somebody called off
    /// meanwhile is cancelled.
    func keepWork(_ ending: CourseEnding) async throws -> CourseEnding {
        guard !ending.executorIsSilent else {
            return try await lose(ending, "The executor did not answer; the agent's work is lost.")
        }
        var kept = ending
        do {
            if let export = try await watch.unlessCancelled(grace: Self.exportAfterCancel, export) {
                try await parts.store.setResult(export, of: run.id)
                for text in export.notices { try await notice(text) }
                try await parts.failpoints.reach(.exported)
            } else {
                kept = try await lose(ending, "The export took too long after the cancel; the agent's work is lost.")
            }
        } catch let error as RuntimeError {
            kept = try await lose(ending, "The agent's work is lost: \(error.message)")
        }
        guard case .succeeded = ending.state, try await watch.isCancelled() else { return kept }
        return CourseEnding(.cancelled)
    }

    /// Exports, and again when that failed on an instance whose volume has the work still.
    ///
    /// The engine may take a while to notice that a container has ended, and until then it says that it runs. An
    /// executor that cannot export, above all for want of memory, gets an instance with all its memory, once.
    @Sendable
    private func export() async throws -> WorkExport {
        var failingSince: ContinuousClock.Instant?
        var mayReplace = true
        while true {
            let began = ContinuousClock.now
            try await parts.whenAvailable(run.id) {
                guard try await parts.runtime.status(run.id) != .running else { return }
                let container = try await parts.runtime.start(run.id)
                try await parts.store.setInstance(of: run.id, to: .idle, container: container)
            }
            // The time in which the runtime was away says nothing of the executor.
            failingSince = failingSince?.advanced(by: began.duration(to: .now))
            do {
                try await parts.failpoints.reach(.export)
                return try await parts.runtime.export(run.id)
            } catch let error as RuntimeError where error.code == .unreachable {
                let since = failingSince ?? .now
                failingSince = since
                guard since.duration(to: .now) < exportPatience else { throw error }
                log("an export was lost and is asked for again", error)
                try await Task.sleep(for: .seconds(1))
            } catch let error as RuntimeError where error.code == .refused && mayReplace {
                mayReplace = false
                log("an export failed and is asked for again on a new instance", error)
                // After a cancel there is no time for another instance.
                if try await !watch.isCancelled() { try await removeContainer() }
            }
        }
    }

    /// Takes the run's container away and leaves its volume, so that the next start makes one with an empty `/tmp`.
    private func removeContainer() async throws {
        try await parts.whenAvailable(run.id) {
            for sighting in try await parts.runtime.sightings()
            where sighting.isOurs && sighting.run == run.id && sighting.kind == .container {
                _ = try await parts.runtime.remove(sighting)
            }
        }
    }

    private func log(_ text: Logger.Message, _ error: RuntimeError) {
        parts.logger.notice(text, metadata: ["run.id": "\(run.id)", "error": "\(error)"])
    }

    /// Tells that the agent's work is lost, which is what becomes of a success.
    private func lose(_ ending: CourseEnding, _ text: String) async throws -> CourseEnding {
        try await notice(text)
        guard case .succeeded = ending.state else { return ending }
        return .failed(.exportFailed, text)
    }

    func notice(_ text: String) async throws {
        let step = max(0, task.steps.count - 1)
        try await parts.store.appendNotice(Notice.message(text), to: run.id, step: step)
    }
}
