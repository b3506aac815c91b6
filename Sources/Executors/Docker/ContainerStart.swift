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
    /// Where a call goes on that is given up half way and would leave what nobody waits for.
    let unattended: UnattendedWork

    /// The container that has the run's name.
    private struct Found {
        let id: String
        let isRunning: Bool
    }

    private var name: String { ContainerSpecification.name(of: request.run) }

    /// What runs is only waited for: it is as it was made, whatever may be made by now.
    ///
    /// - Returns: The container's id.
    /// - Throws: `EngineError` and `RuntimeError`.
    func perform() async throws -> String {
        let retry = EngineRetry(within: limit)
        var found = try await retry { try await find() }
        if let container = found, !container.isRunning {
            do {
                try await launch(retry)
            } catch let error as EngineError where error.code != .unavailable {
                log("a container that was left cannot be started and is made again", error)
                try await removeContainer()
                found = nil
            }
        }
        let container: Found
        if let found {
            container = found
        } else {
            container = try await make(retry)
            if !container.isRunning { try await launch(retry) }
        }
        let answer = InstanceAnswer(name: name, engine: engine, executor: executor, limit: limit)
        try await answer.wait(until: retry.until)
        return container.id
    }

    /// Looks what has the run's name; nil when nothing has.
    private func find() async throws -> Found? {
        let container: InspectedContainer
        do {
            container = try await engine.inspectContainer(name)
        } catch let error as EngineError where error.code == .notFound {
            return nil
        }
        guard isOurs(container.configuration.labels) else { throw foreign("container") }
        let isRunning = InstanceStatus(container.state) == .running
        if isRunning || !["removing", "dead"].contains(container.state.status) {
            return Found(id: container.id, isRunning: isRunning)
        }
        try await removeContainer()
        return nil
    }

    private func make(_ retry: EngineRetry) async throws -> Found {
        let specification = try await specify(retry)
        try await placeVolume(specification, retry)
        return try await place(specification, retry)
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
            try await unattended.perform(request.run) { [engine] in
                try await engine.createVolume(named: specification.name, labels: specification.labels)
            }
        }
        guard isOurs(volume.labels) else { throw foreign("volume") }
    }

    /// Creates the container or finds it; a failed create may have made it all the same.
    private func place(_ specification: ContainerSpecification, _ retry: EngineRetry) async throws -> Found {
        try await retry {
            do {
                let created = try await unattended.perform(request.run) { [engine] in
                    try await engine.createContainer(
                        named: specification.name,
                        specification.body,
                        deadline: min(engine.limits.create, retry.left)
                    )
                }
                for warning in created.warnings ?? [] { log("the engine warns of a container", warning) }
                return Found(id: created.id, isRunning: false)
            } catch let error as EngineError where error.code == .conflict || error.isTransient {
                if let found = try await find() { return found }
                // Its name is taken and nothing has it: the engine is at making it still, or has just let it go.
                throw error.code == .conflict ? EngineError(.unavailable, error.message) : error
            }
        }
    }

    private func launch(_ retry: EngineRetry) async throws {
        try await retry {
            try await engine.startContainer(name, deadline: min(engine.limits.create, retry.left))
        }
    }

    private func removeContainer() async throws {
        try await InstanceRemoval(engine: engine, settings: settings, logger: logger)
            .removeContainer(name, run: request.run)
    }

    private func isOurs(_ labels: [String: String]?) -> Bool {
        InstanceLabels.areOurs(labels, run: request.run, installation: settings.installation)
    }

    private func foreign(_ kind: String) -> RuntimeError {
        RuntimeError(.createFailed, "The engine has a \(kind) \(name) that is not this service's; it is left alone.")
    }

    private func log(_ text: Logger.Message, _ reason: some CustomStringConvertible) {
        logger.notice(
            text,
            metadata: [
                "run.id": "\(request.run)", "instance.id": "\(request.instance)", "reason": "\(reason)",
            ]
        )
    }
}
