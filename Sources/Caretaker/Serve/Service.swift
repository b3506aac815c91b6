import Foundation
import Glibc
import Journal
import Logging
import Model
import OpsMetrics
import Scheduler
import Server
import ServiceLifecycle
import Store

/// The daemon, from its start to its end.
struct Service {
    private let configuration: ServiceConfiguration
    private let reader: ConfigurationReader
    private let inherited: [ListenDescriptor]
    private let manager: SystemdNotify

    /// - Parameters:
    ///   - configuration: What it is started with.
    ///   - reader: Reads the configuration anew at a reload.
    ///   - inherited: The sockets that the service manager handed in.
    init(_ configuration: ServiceConfiguration, reader: ConfigurationReader, inherited: [ListenDescriptor]) {
        self.configuration = configuration
        self.reader = reader
        self.inherited = inherited
        manager = SystemdNotify(environment: reader.environment)
    }

    /// Runs until a signal ends it; what was logged has left this process then.
    func run() async throws {
        let output = LogOutput(
            configuration.logFormat,
            level: configuration.logLevel,
            environment: ProcessInfo.processInfo.environment
        )
        let logger = output.logger(label: "caretaker")
        do {
            try await serve(output, logger)
        } catch {
            // What is wrong with the configuration is told by the command.
            if !(error is Failure) {
                logger.critical("cannot go on", metadata: ["message.id": "service_failed", "error": "\(error)"])
            }
            await output.flush(within: .seconds(2))
            throw error
        }
        await output.flush(within: .seconds(2))
    }

    private func serve(_ output: LogOutput, _ logger: Logger) async throws {
        let began = ContinuousClock.now
        umask(0o077)
        signal(SIGPIPE, SIG_IGN)
        Self.allowManyDescriptors()
        try ServiceUnit.check(configuration, reader.environment)
        let lock = try StateFolder.take(configuration.stateFolder)
        let token = try Self.check(configuration, inherited)
        let metrics = ServiceMeasures.declare()
        let store = try await openStore(metrics)
        let listeners = try listen()
        let base = ServiceBase(
            configuration: configuration,
            reader: reader,
            store: store,
            metrics: metrics,
            live: LiveConfiguration(configuration, token: token),
            manager: manager,
            output: output,
            logger: logger
        )
        let parts = try await ServiceParts(base, listeners: listeners.sockets.count)
        if parts.runtime.kind == .process {
            logger.warning(
                "the process runtime isolates nothing: agents run as this user and see what it sees",
                metadata: ["message.id": "process_runtime"]
            )
        }
        logger.info(
            "starting",
            metadata: [
                "message.id": "service_starting", "version": "\(Caretaker.version)",
                "took": "\(began.duration(to: .now))",
            ]
        )
        let own = listeners.sockets.filter { !$0.isInherited && $0.address.isUnix }
        defer { for socket in own { unlink(socket.address.description) } }
        try await follow(parts.services(on: listeners.sockets), parts, logger)
        try await parts.tally.keep()
        try await store.close()
        logger.info("stopped", metadata: ["message.id": "service_stopped"])
        withExtendedLifetime(lock) {}
    }

    /// Runs the services until a signal has come and they have ended.
    private func follow(
        _ services: [any ServiceLifecycle.Service],
        _ parts: ServiceParts,
        _ logger: Logger
    ) async throws {
        var shutdown = ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [], logger: logger)
        // A client that stopped reading must not hold up the end.
        shutdown.maximumGracefulShutdownDuration = .seconds(4)
        let group = ServiceGroup(configuration: shutdown)
        let signals = StopSignals(store: parts.store, live: parts.live, manager: manager, logger: logger)
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask {
                await signals.wait()
                if !Task.isCancelled { await group.triggerGracefulShutdown() }
            }
            try await group.run()
            tasks.cancelAll()
        }
    }

    /// Opens the database, and asks the manager for time while it is migrated.
    private func openStore(_ metrics: CaretakerMetrics) async throws -> Store {
        // Before anything that could take long, and whatever thread is free by then.
        manager.extendTimeout(by: .seconds(60))
        return try await withThrowingTaskGroup(of: Void.self) { [manager] group in
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(20))
                    manager.extendTimeout(by: .seconds(60))
                }
            }
            defer { group.cancelAll() }
            try await Failpoints.fromEnvironment().reach(.open)
            do {
                return try Store(
                    folder: configuration.stateFolder,
                    clock: SystemWallClock(),
                    reserve: DiskReserve(folder: configuration.stateFolder),
                    notices: configuration.notify?.events ?? [],
                    metrics: metrics.store,
                    streamMetrics: metrics.streams
                )
            } catch {
                throw Failure("the database cannot be opened: \(error)", code: EX_CONFIG)
            }
        }
    }

    private func listen() throws(Failure) -> Listeners {
        do throws(ListenError) {
            return try Listeners(configuration, inherited: inherited)
        } catch {
            throw Failure("\(error)", code: EX_CONFIG)
        }
    }

    /// Takes many descriptors where the system allows it: each reader of a run needs one.
    private static func allowManyDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
