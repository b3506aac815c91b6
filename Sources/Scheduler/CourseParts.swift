import Logging
import Model
import Repositories
import Store

/// What every run's course works with.
struct CourseParts: Sendable {
    let store: Store
    let repositories: Repositories
    let runtime: any Runtime
    let configured: Setting<SchedulerSettings>
    let failpoints: Failpoints
    var logger: Logger

    /// What the configuration says now.
    var settings: SchedulerSettings { configured.current }
}

extension CourseParts {
    /// The same with a logger that names the run and its instance in all that it says.
    func telling(of run: Run) async -> CourseParts {
        var parts = self
        parts.logger[metadataKey: "run.id"] = "\(run.id)"
        parts.logger[metadataKey: "task.id"] = "\(run.taskID)"
        if let schedule = run.origin.schedule { parts.logger[metadataKey: "schedule.id"] = "\(schedule)" }
        if let instance = try? await store.instance(of: run.id) {
            parts.logger[metadataKey: "instance.id"] = "\(instance.id)"
        }
        return parts
    }
}

extension CourseParts {
    /// Performs a call, again and again while the runtime itself is away: that says nothing about the run.
    ///
    /// The caller's cancellation, by the run's deadline for one, ends the waiting.
    func whenAvailable<Value>(_ run: Run.ID, _ body: () async throws -> Value) async throws -> Value {
        var pause = Duration.milliseconds(500)
        while true {
            do {
                return try await body()
            } catch let error as RuntimeError where error.code == .unavailable {
                logger.warning(
                    "a run waits for the runtime",
                    metadata: ["message.id": "run_troubled", "run.id": "\(run)", "error": "\(error)"]
                )
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(10))
        }
    }
}
