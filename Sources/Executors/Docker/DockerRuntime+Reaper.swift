package import Model

/// What a reaper and the list of instances need.
extension DockerRuntime {
    /// Looks whether the engine answers and speaks a version that is known here.
    package func check() async throws {
        try await asTrouble {
            try await engine.ping()
            _ = try await engine.version()
        }
    }

    /// What the engine said that it is when it was last looked at; nil when that was never.
    package var engineFacts: EngineFacts? { engine.facts }

    /// The containers and volumes with the service's labels, of every installation that uses this engine.
    ///
    /// The engine may be wrong, above all after its restart: what is missing here is not proved gone.
    package func sightings() async throws -> [InstanceSighting] {
        try await asTrouble {
            let containers = try await engine.containers(label: InstanceLabels.installation)
            let volumes = try await engine.volumes(label: InstanceLabels.installation)
            return containers.map { InstanceSighting($0, installation: settings.installation) }
                + volumes.map { InstanceSighting($0, installation: settings.installation) }
        }
    }

    /// Removes what was sighted, unless it turns out to be another's or to be gone.
    ///
    /// - Returns: Whether it was there and is gone now.
    package func remove(_ sighting: InstanceSighting) async throws -> Bool {
        try await asTrouble {
            // What the list said is not enough to remove by: the thing itself is asked.
            let labels: [String: String]?
            do {
                labels = try await labelsOf(sighting)
            } catch let error as EngineError where error.code == .notFound {
                return false
            }
            guard let run = sighting.run,
                InstanceLabels.areOurs(labels, run: run, installation: settings.installation)
            else { return false }
            let removal = InstanceRemoval(engine: engine, settings: settings, logger: logger)
            try await removal.untilGone(EngineRetry(within: engine.limits.removal)) { deadline in
                switch sighting.kind {
                case .container: try await engine.removeContainer(sighting.id, deadline: deadline)
                case .volume: try await engine.removeVolume(sighting.id, deadline: deadline)
                case .folder: break
                }
            }
            return true
        }
    }

    /// What a run's container uses; nil when there is none.
    package func usage(_ run: Run.ID) async throws -> InstanceUsage? {
        let name = ContainerSpecification.name(of: run)
        do {
            let container = try await engine.inspectContainer(name)
            guard InstanceLabels.areOurs(container.configuration.labels, run: run, installation: settings.installation)
            else { return nil }
            let isRunning = InstanceStatus(container.state) == .running
            return InstanceUsage(container, isRunning ? try await engine.statistics(of: container.id) : nil)
        } catch let error as EngineError where error.code == .notFound || error.code == .conflict {
            return nil
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }

    private func labelsOf(_ sighting: InstanceSighting) async throws -> [String: String]? {
        switch sighting.kind {
        case .container: try await engine.inspectContainer(sighting.id).configuration.labels
        case .volume: try await engine.inspectVolume(sighting.id).labels
        // Not the engine's.
        case .folder: nil
        }
    }

    private func asTrouble<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as EngineError {
            throw error.asTrouble
        }
    }
}
