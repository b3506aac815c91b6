import Logging
import Model
import Repositories
import Store

/// Everything after the last step: the agent's work is kept and pushed, the instance stopped.
struct RunConclusion: Sendable {
    /// How long an export may take after somebody asked for the run's end.
    private static let exportAfterCancel = Duration.seconds(5)

    let run: Run
    let task: AgentTask
    let parts: CourseParts
    let watch: InterruptionWatch

    /// Keeps what the agent did; a success whose work cannot be kept or pushed becomes a failure.
    func keepWork(_ ending: CourseEnding) async throws -> CourseEnding {
        try await parts.failpoints.reach(.export)
        guard !ending.executorIsSilent else {
            return try await withNotice(ending, .exportFailed, "The executor did not answer; the agent's work is lost.")
        }
        do {
            guard let export = try await export(hurried: ending.state == .cancelled) else {
                return try await withNotice(ending, .exportFailed, "The export took too long; the work is lost.")
            }
            try await parts.store.setResult(export, of: run.id)
            for text in export.notices { try await notice(text) }
            try await parts.failpoints.reach(.exported)
            guard case .succeeded = ending.state, let branch = task.settings.push?.branch else { return ending }
            guard try await parts.store.run(run.id).cancelRequestedAt == nil else { return CourseEnding(.cancelled) }
            return try await push(export, to: branch) ?? ending
        } catch let error as RuntimeError {
            return try await withNotice(ending, .exportFailed, "The agent's work is lost: \(error.message)")
        }
    }

    /// Stops the instance and waits until it is gone: as long as it may be there, it holds its place under the cap.
    func stop() async throws {
        do {
            try await parts.whenAvailable(run.id) { try await parts.runtime.stop(run.id) }
        } catch let error as RuntimeError {
            parts.logger.error(
                "an instance cannot be stopped",
                metadata: ["run.id": "\(run.id)", "error": "\(error)"]
            )
        }
        try await parts.failpoints.reach(.stopped)
    }

    /// Exports, and again when that failed on an instance whose volume has the work still.
    ///
    /// The engine may take a while to notice that a container has ended, and until then it says that it runs. An
    /// executor that cannot export, above all for want of memory, gets an instance with all its memory, once.
    private func export(hurried: Bool) async throws -> WorkExport? {
        var attempts = hurried ? 1 : 10
        var mayReplace = true
        while true {
            do {
                return try await exportOnce(hurried: hurried)
            } catch let error as RuntimeError where error.code == .unreachable && attempts > 0 {
                attempts -= 1
                log("an export was lost and is asked for again", error)
                try await Task.sleep(for: .seconds(1))
            } catch let error as RuntimeError where error.code == .refused && mayReplace {
                mayReplace = false
                log("an export failed and is asked for again on a new instance", error)
                // After a cancel there is no time for another instance.
                if !hurried { try await removeContainer() }
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

    private func exportOnce(hurried: Bool) async throws -> WorkExport? {
        try await parts.whenAvailable(run.id) {
            if try await parts.runtime.status(run.id) != .running { try await parts.runtime.start(run.id) }
        }
        return try await withThrowingTaskGroup(of: WorkExport?.self) { group in
            group.addTask { try await parts.runtime.export(run.id) }
            group.addTask {
                if !hurried { _ = try await watch.wait() }
                try await Task.sleep(for: Self.exportAfterCancel)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Pushes the agent's commits; the run's ending when that fails.
    private func push(_ export: WorkExport, to branch: String) async throws -> CourseEnding? {
        if let bytes = export.patchBytes {
            try await notice("Uncommitted work (\(bytes) bytes) stays in the run's patch and is not pushed.")
        }
        guard export.bundleBytes != nil, let head = export.head else { return nil }
        try await parts.failpoints.reach(.push)
        do {
            let address = try RepositoryAddress.parse(run.repository)
            _ = try await parts.repositories.push(
                "\(parts.runtime.folder(of: run.id))/work.bundle",
                from: address,
                base: export.base,
                head: head,
                to: branch,
                run: run.id.rawValue
            )
        } catch let error as RepositoryError {
            return .failed(.pushFailed, error.message)
        }
        var pushed = export
        pushed.pushedTo = branch
        try await parts.store.setResult(pushed, of: run.id)
        return nil
    }

    private func log(_ text: Logger.Message, _ error: RuntimeError) {
        parts.logger.notice(text, metadata: ["run.id": "\(run.id)", "error": "\(error)"])
    }

    private func withNotice(
        _ ending: CourseEnding,
        _ reason: FailureReason,
        _ text: String
    ) async throws -> CourseEnding {
        try await notice(text)
        guard case .succeeded = ending.state else { return ending }
        return .failed(reason, text)
    }

    private func notice(_ text: String) async throws {
        let step = max(0, task.steps.count - 1)
        try await parts.store.appendNotice(Notice.message(text), to: run.id, step: step)
    }
}
