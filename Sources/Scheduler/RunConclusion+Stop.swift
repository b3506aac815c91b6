import Logging
import Model
import Store

extension RunConclusion {
    /// Stops the instance and waits until it is gone: as long as it may run, it holds its place under the cap.
    ///
    /// What does not run and cannot be removed is left to the reaper after a while, and a notice says so.
    func stop() async throws {
        var failingSince: ContinuousClock.Instant?
        var pause = Duration.milliseconds(500)
        while true {
            do {
                return try await parts.runtime.stop(run.id)
            } catch let error as RuntimeError {
                if try await mayRun(error) {
                    failingSince = nil
                } else {
                    let since = failingSince ?? .now
                    failingSince = since
                    if since.duration(to: .now) >= removalPatience { return try await leaveToReaper(error) }
                }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(10))
        }
    }

    /// Whether an instance that could not be stopped may run still; a runtime that is away cannot tell.
    private func mayRun(_ failure: RuntimeError) async throws -> Bool {
        do {
            let isRunning = try await parts.runtime.status(run.id) == .running
            warn(
                isRunning
                    ? "an instance cannot be stopped and keeps its place"
                    : "what is left of an instance cannot be removed yet",
                failure
            )
            return isRunning
        } catch let error as RuntimeError {
            warn("an instance cannot be stopped while its runtime is away", error)
            return true
        }
    }

    private func warn(_ text: Logger.Message, _ error: RuntimeError) {
        parts.logger.warning(text, metadata: ["run.id": "\(run.id)", "error": "\(error)"])
    }

    private func leaveToReaper(_ error: RuntimeError) async throws {
        parts.logger.error(
            "what is left of an instance cannot be removed and is left to the reaper",
            metadata: ["run.id": "\(run.id)", "error": "\(error)"]
        )
        try await notice("What is left of the instance cannot be removed yet: \(error.message)")
    }
}
