import Logging
import Model

/// Takes a run's container and volume away, and nothing that is not this installation's.
struct InstanceRemoval: Sendable {
    let engine: EngineClient
    let settings: DockerSettings
    let logger: Logger

    func remove(_ run: Run.ID) async throws {
        let name = ContainerSpecification.name(of: run)
        try await removeContainer(name, run: run)
        try await removeVolume(name, run: run)
    }

    func removeContainer(_ name: String, run: Run.ID) async throws {
        let retry = EngineRetry(within: engine.limits.removal)
        guard let container = try await present({ try await retry { try await engine.inspectContainer(name) } })
        else { return }
        guard InstanceLabels.areOurs(container.configuration.labels, run: run, installation: settings.installation)
        else { return leaveAlone("container", name, run) }
        if InstanceStatus(container.state) == .running {
            do {
                try await engine.stopContainer(container.id, grace: engine.limits.grace)
            } catch let error as EngineError {
                // Removing kills, too.
                logger.notice(
                    "a container cannot be asked to end",
                    metadata: [
                        "run.id": "\(run)", "container.id": "\(Instance.shortContainer(container.id))",
                        "error": "\(error)",
                    ]
                )
            }
        }
        try await untilGone(retry) { try await engine.removeContainer(container.id, deadline: $0) }
    }

    func removeVolume(_ name: String, run: Run.ID) async throws {
        let retry = EngineRetry(within: engine.limits.removal)
        guard let volume = try await present({ try await retry { try await engine.inspectVolume(name) } })
        else { return }
        guard InstanceLabels.areOurs(volume.labels, run: run, installation: settings.installation)
        else { return leaveAlone("volume", name, run) }
        try await untilGone(retry) { try await engine.removeVolume(name, deadline: $0) }
    }

    /// What `body` finds; nil when there is none.
    private func present<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch let error as EngineError where error.code == .notFound {
            return nil
        }
    }

    /// Repeats a removal until the engine says that the thing is gone.
    ///
    /// A conflict is another removal in progress, or for a volume its container's.
    func untilGone(_ retry: EngineRetry, _ body: (_ deadline: Duration) async throws -> Void) async throws {
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return try await retry { try await body(retry.left) }
            } catch let error as EngineError where error.code == .notFound {
                return
            } catch let error as EngineError where error.code == .conflict {
                guard .now + pause < retry.until else { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func leaveAlone(_ kind: String, _ name: String, _ run: Run.ID) {
        logger.warning(
            "what has a run's name is not this service's and is left alone",
            metadata: ["run.id": "\(run)", "kind": "\(kind)", "name": "\(name)"]
        )
    }
}
