import Logging
import Model

/// Brings one run's container from nothing, or from whatever was left of an earlier attempt, to an executor that answers.
struct ContainerStart: Sendable {
    let request: InstanceRequest
    let settings: DockerSettings
    let engine: EngineClient
    let executor: ExecutorClient
    let limit: Duration
    let logger: Logger

    /// What was found or made under the run's name.
    private enum Placed {
        case created
        case adopted
        case running
    }

    func perform() async throws {
        let retry = EngineRetry(within: limit)
        let specification = try await specify(retry)
        try await placeVolume(specification, retry)
        var placed = try await place(specification, retry)
        if placed == .adopted {
            do {
                try await launch(specification.name, retry)
                placed = .running
            } catch let error as EngineError where error.code != .unavailable {
                log("a container that was left cannot be started and is made again", error)
                try await InstanceRemoval(engine: engine, settings: settings, logger: logger)
                    .removeContainer(specification.name, run: request.run)
                placed = try await place(specification, retry)
            }
        }
        if placed != .running { try await launch(specification.name, retry) }
        let answer = InstanceAnswer(name: specification.name, engine: engine, executor: executor, limit: limit)
        try await answer.wait(until: retry.until)
    }

    private func specify(_ retry: EngineRetry) async throws -> ContainerSpecification {
        let processors = try await retry { try await engine.processors() }
        do {
            return try ContainerSpecification(request, settings, folder: executor.folder, processors: processors)
        } catch {
            // The policy was stricter when the service started again than when the task was saved.
            throw RuntimeError(.createFailed, error.message)
        }
    }

    private func placeVolume(_ specification: ContainerSpecification, _ retry: EngineRetry) async throws {
        let volume = try await retry {
            try await uncancelled { [engine] in
                try await engine.createVolume(named: specification.name, labels: specification.labels)
            }
        }
        guard isOurs(volume.labels) else { throw foreign("volume", specification.name) }
    }

    /// Creates the container or finds it; a failed create may have made it all the same.
    private func place(_ specification: ContainerSpecification, _ retry: EngineRetry) async throws -> Placed {
        try await retry {
            do {
                // A create that is given up half way would leave a container that nobody waits for.
                _ = try await uncancelled { [engine] in
                    try await engine.createContainer(
                        named: specification.name,
                        specification.body,
                        deadline: min(engine.limits.create, retry.left)
                    )
                }
                return .created
            } catch let error as EngineError where error.code == .conflict || error.isTransient {
                guard let placed = try await adopt(specification.name, after: error) else { throw error }
                return placed
            }
        }
    }

    /// Looks what has the run's name; nil when nothing has and the create failed for another reason.
    private func adopt(_ name: String, after error: EngineError) async throws -> Placed? {
        let container: InspectedContainer
        do {
            container = try await engine.inspectContainer(name)
        } catch let missing as EngineError where missing.code == .notFound {
            // It went between the two calls: its name is free now.
            if error.code == .conflict { throw EngineError(.server, error.message) }
            return nil
        }
        guard isOurs(container.configuration.labels) else { throw foreign("container", name) }
        switch container.state.status {
        case "removing", "dead":
            try await InstanceRemoval(engine: engine, settings: settings, logger: logger)
                .removeContainer(name, run: request.run)
            throw EngineError(.server, "The container \(name) was on its way out.")
        case "running":
            return .running
        default:
            log("a container of this run is there already", error)
            return .adopted
        }
    }

    private func launch(_ name: String, _ retry: EngineRetry) async throws {
        try await retry {
            try await uncancelled { [engine] in
                try await engine.startContainer(name, deadline: min(engine.limits.create, retry.left))
            }
        }
    }

    private func isOurs(_ labels: [String: String]?) -> Bool {
        InstanceLabels.areOurs(labels, run: request.run, installation: settings.installation)
    }

    private func foreign(_ kind: String, _ name: String) -> RuntimeError {
        RuntimeError(.createFailed, "The engine has a \(kind) \(name) that is not this service's; it is left alone.")
    }

    private func log(_ text: Logger.Message, _ error: EngineError) {
        logger.notice(text, metadata: ["run.id": "\(request.run)", "error": "\(error)"])
    }
}
