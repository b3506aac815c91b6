import Model
import Repositories
import Store

extension RunConclusion {
    /// Pushes the kept commits of a run that succeeded; needs nothing of the instance.
    ///
    /// It is asked for again after a crash, which is no harm: a branch that has the commits already is a success.
    ///
    /// - Parameters:
    ///   - ending: How the run is to end.
    ///   - isResumed: Whether an earlier walk may have come to the push.
    /// - Returns: How it ends now: a push may fail, or be called off.
    /// - Throws: `StoreError` and `CancellationError`.
    func push(_ ending: RunEnding, isResumed: Bool) async throws -> RunEnding {
        guard case .succeeded = ending.state, let branch = task.settings.push?.branch,
            let export = try await parts.store.result(of: run.id), export.pushedTo == nil
        else { return ending }
        if let bytes = export.patchBytes {
            try await notice("Uncommitted work (\(bytes) bytes) stays in the run's patch and is not pushed.")
        }
        guard export.bundleBytes != nil, let head = export.head else { return ending }
        if try await watch.isCancelled() { return try await calledOff(branch, mayHaveBegun: isResumed) }
        let failure = try await watch.unlessCancelled { try await pushOnce(export, head, to: branch) }
        switch failure {
        case nil: return try await calledOff(branch, mayHaveBegun: true)
        case .some(let message?): return RunEnding(state: .failed(.pushFailed), detail: message)
        case .some(nil): break
        }
        try await parts.failpoints.reach(.pushed)
        var pushed = export
        pushed.pushedTo = branch
        try await parts.store.setResult(pushed, of: run.id)
        return ending
    }

    private func calledOff(_ branch: String, mayHaveBegun: Bool) async throws -> RunEnding {
        if mayHaveBegun {
            try await notice(
                "The run was cancelled during its push: the branch `\(branch)` may have moved all the same."
            )
        }
        return RunEnding(state: .cancelled, detail: nil)
    }

    /// Why the push failed; nil when the branch has the commits.
    private func pushOnce(_ export: WorkExport, _ head: String, to branch: String) async throws -> String? {
        try await parts.failpoints.reach(.push)
        do {
            _ = try await parts.repositories.push(
                "\(parts.runtime.folder(of: run.id))/work.bundle",
                from: try RepositoryAddress.parse(run.repository),
                base: export.base,
                head: head,
                to: branch,
                run: run.id.rawValue
            )
            return nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return "\(error)"
        }
    }
}
