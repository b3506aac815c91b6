import Curl
import ExecutorAPI
package import Logging
package import Model
package import OpsMetrics

/// Runs each executor in a container of its own, made through the Docker Engine API.
///
/// The name of a run's container and volume derives from the run's id, so that nothing that the engine answers need be
/// kept: after a restart everything is found again by name and labels.
package struct DockerRuntime: FolderRuntime {
    /// Tells what a run's container is to be made from.
    package typealias Requests = @Sendable (Run.ID) async throws -> InstanceRequest

    let settings: DockerSettings
    let engine: EngineClient
    let instances: RunInstances
    let requests: Requests
    let logger: Logger
    let images: MissingImages
    private let unattended = UnattendedWork()

    package var kind: RuntimeKind { .docker }

    /// Makes a runtime; the engine is not asked for anything yet.
    ///
    /// - Parameters:
    ///   - settings: What containers are like.
    ///   - stateFolder: The state directory, whose path must be the same for the engine as for the service.
    ///   - limits: How long the calls of a run's course may take.
    ///   - engineLimits: How long the engine may take for one call.
    ///   - metrics: What counts the calls on the engine.
    ///   - logger: Where it says what it does.
    ///   - requests: Tells what a run's container is made from; asked at every start.
    /// - Throws: `CurlError` when libcurl cannot be set up.
    package init(
        settings: DockerSettings,
        stateFolder: String,
        limits: Setting<CallLimits>,
        engineLimits: EngineLimits = EngineLimits(),
        metrics: EngineMetrics? = nil,
        logger: Logger,
        requests: @escaping Requests
    ) throws {
        let curl = try CurlClient(environmentProxies: false)
        self.settings = settings
        self.requests = requests
        self.logger = logger
        images = MissingImages(logger: logger)
        engine = EngineClient(address: settings.host, limits: engineLimits, curl: curl, metrics: metrics)
        instances = RunInstances(folder: ProcessRuntime.runsFolder(in: stateFolder), configured: limits, curl: curl)
    }

    @discardableResult
    package func start(_ run: Run.ID) async throws -> String? {
        let request = try await requests(run)
        let image = request.container?.image ?? settings.image
        let start = ContainerStart(
            request: request,
            settings: settings,
            engine: engine,
            executor: instances.client(run),
            limit: instances.limits.start,
            logger: logger,
            unattended: unattended
        )
        do {
            let container = try await start.perform()
            images.isThere(image)
            return container
        } catch let error as EngineError {
            if error.code == .noSuchImage { images.isMissing(image) }
            throw error.asCreateFailure
        }
    }

    /// How the container is; an engine that does not answer is an error and never `gone`.
    package func status(_ run: Run.ID) async throws -> InstanceStatus {
        do {
            let container = try await engine.inspectContainer(ContainerSpecification.name(of: run))
            guard InstanceLabels.areOurs(container.configuration.labels, run: run, installation: settings.installation)
            else { return .gone }
            return InstanceStatus(container.state)
        } catch let error as EngineError where error.code == .notFound {
            return .gone
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }

    /// Stops and removes the container and removes its volume; what is gone already is no failure.
    package func stop(_ run: Run.ID) async throws {
        let removal = InstanceRemoval(engine: engine, settings: settings, logger: logger)
        // What a start has begun would else come after what is removed here.
        try await unattended.finish(run)
        do {
            try await removal.remove(run)
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }
}

extension InstanceStatus {
    init(_ state: InspectedContainer.State) {
        switch state.status {
        case "running", "paused", "restarting", "stopping": self = .running
        case "exited", "dead", "stopped": self = .ended(code: state.exitCode, outOfMemory: state.outOfMemory)
        // Made but never started, or on its way out.
        default: self = .gone
        }
    }
}
