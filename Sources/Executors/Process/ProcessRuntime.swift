import Curl
import ExecutorAPI
package import Logging
package import Model

/// Runs executors as local processes, each in a folder below the state directory; it isolates nothing.
///
/// An executor is in a session of its own and outlives the service.
package struct ProcessRuntime: FolderRuntime {
    private let executor: String
    let instances: RunInstances
    private let logger: Logger
    private let unattended = UnattendedWork()

    package var kind: RuntimeKind { .process }

    /// Makes a runtime.
    ///
    /// - Parameters:
    ///   - stateFolder: The state directory.
    ///   - executor: The path of `caretaker-executor`.
    ///   - limits: How long calls may take.
    ///   - logger: Where it says what it does.
    /// - Throws: `CurlError` when libcurl cannot be set up.
    package init(stateFolder: String, executor: String, limits: Setting<CallLimits>, logger: Logger) throws {
        self.executor = executor
        self.logger = logger
        instances = RunInstances(
            folder: Self.runsFolder(in: stateFolder),
            configured: limits,
            curl: try CurlClient(environmentProxies: false)
        )
    }

    /// Where the runs' folders are below a state directory.
    package static func runsFolder(in stateFolder: String) -> String {
        "\(stateFolder)/runs"
    }

    /// How long the socket path of a run's executor is below a state directory, in bytes.
    package static func socketPathLength(in stateFolder: String) -> Int {
        let id = Run.ID(at: Timestamp(milliseconds: 0))
        return "\(runsFolder(in: stateFolder))/\(id)/\(RunFolder.socket)".utf8.count
    }

    package func check() async throws {}

    @discardableResult
    package func start(_ run: Run.ID) async throws -> String? {
        let starter = ExecutorStarter(executor: executor, limit: instances.limits.start)
        let folder = folder(of: run)
        // A start that is given up half way would leave an executor that nobody knows of.
        try await unattended.perform(run) { try await starter.start(folder: folder) }
        _ = try await instances.client(run).health(timeout: instances.limits.health)
        return nil
    }

    package func status(_ run: Run.ID) async throws -> InstanceStatus {
        ExecutorProcess(folder: folder(of: run)) == nil ? .gone : .running
    }

    package func stop(_ run: Run.ID) async throws {
        try await unattended.finish(run)
        guard let process = ExecutorProcess(folder: folder(of: run)) else { return }
        try await process.end(grace: instances.limits.stop)
    }

    /// None: what an executor leaves is its run's folder, which `leftovers` tells.
    package func sightings() async throws -> [InstanceSighting] { [] }

    package func remove(_ sighting: InstanceSighting) async throws -> Bool { false }

    /// What a run's executor, its agent and all that this has started use; nil when there is none.
    package func usage(_ run: Run.ID) async throws -> InstanceUsage? {
        guard let process = ExecutorProcess(folder: folder(of: run)) else { return nil }
        let tree = ProcessTree(root: process.pid)
        return InstanceUsage(
            image: nil,
            createdAt: nil,
            memoryBytes: tree.memoryBytes,
            memoryLimitBytes: nil,
            processorTime: tree.processorTime
        )
    }
}
