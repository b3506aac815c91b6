import Cron
import Executors
import Foundation
import Glibc
import Journal
import Logging
import Model
import OpsMetrics
import Repositories
import Scheduler
import Server
import ServiceLifecycle
import Store
import UnixSignals

/// Wires the daemon: the order of the services is that of their dependencies.
struct Service {
    private let configuration: ServiceConfiguration

    init(_ configuration: ServiceConfiguration) {
        self.configuration = configuration
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
        let lock = try StateFolder.take(configuration.stateFolder)
        let token = try Self.check(configuration)
        let store = try openStore()
        let repositories = makeRepositories(logger)
        let containers = try await containerSettings(store)
        let runtime = try makeRuntime(store, containers, logger)
        let settings = schedulerSettings
        let zones = ZoneFiles()
        let scheduler = Scheduler(
            store: store,
            repositories: repositories,
            runtime: runtime,
            settings: settings,
            clock: RealtimeClock(),
            logger: logger
        )
        let leftovers = Leftovers(store: store, runtime: runtime, repositories: repositories, logger: logger)
        let reaper = Reaper(
            store: store,
            runtime: runtime,
            settings: configuration.reaper,
            deadline: settings.deadline,
            clearLeftovers: { [configuration] in await leftovers.clear(endedFor: configuration.reaper.grace) },
            logger: logger
        )
        let operations = ServiceOperations(
            repositories: repositories,
            runtime: runtime,
            reaper: reaper,
            agent: configuration.agent,
            containers: containers,
            queueLimit: configuration.queueLimit
        )
        let scheduleZones = ScheduleZones(files: zones, standard: configuration.timezone)
        var face = HTTPFace(
            store: store,
            operations: operations,
            logger: logger,
            zones: scheduleZones
        )
        let measures = ServiceMeasures(configuration, store: store, runtime: runtime, procedures: face.procedures)
        let tally = TallyKeeper(store: store, registry: measures.metrics.registry, logger: logger)
        try await tally.restore()
        measures.collect(output, zones: scheduleZones)
        store.writer.report(to: Chronicle(metrics: measures.metrics, logger: logger).hear)
        await reaper.report(to: measures.hear)
        face.serve(OpsPages(metrics: measures.metrics, health: measures.health))
        let schedules = ScheduleLoop(
            store: store,
            zones: zones,
            clock: RealtimeClock(),
            queueLimit: configuration.queueLimit,
            logger: logger,
            pulse: measures.pulse
        )
        let listeners = try makeListeners(face, token, logger)
        if runtime.kind == .process {
            logger.warning(
                "the process runtime isolates nothing: agents run as this user and see what it sees",
                metadata: ["message.id": "process_runtime"]
            )
        }
        var shutdown = ServiceGroupConfiguration(
            services: [tally, scheduler, schedules] + (runtime.kind == .docker ? [reaper] : []) + listeners
                + [StopNotice(logger: logger)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // A client that stopped reading must not hold up the end.
        shutdown.maximumGracefulShutdownDuration = .seconds(4)
        let group = ServiceGroup(configuration: shutdown)
        logger.info(
            "starting",
            metadata: [
                "message.id": "service_starting", "version": "\(Caretaker.version)",
                "took": "\(began.duration(to: .now))",
            ]
        )
        defer { unlink(configuration.socket) }
        try await group.run()
        try await tally.keep()
        try await store.close()
        logger.info("stopped", metadata: ["message.id": "service_stopped"])
        withExtendedLifetime(lock) {}
    }

    /// Takes many descriptors where the system allows it: each reader of a run needs one.
    private static func allowManyDescriptors() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Looks at what only reading the configuration does not show; answers the listener's token.
    static func check(_ configuration: ServiceConfiguration) throws -> String? {
        do {
            _ = try ListenAddress(parsing: configuration.listen)
        } catch {
            throw Failure("server.listen: \(error)", code: EX_CONFIG)
        }
        guard configuration.socket.utf8.count <= 107 else {
            throw Failure("server.socket \(configuration.socket) is longer than 107 bytes", code: EX_CONFIG)
        }
        guard
            configuration.runtime == .docker
                || StandardPaths.isProgram(configuration.executor)
        else {
            throw Failure("executors.program \(configuration.executor) cannot be executed", code: EX_CONFIG)
        }
        try checkExecutorPaths(configuration)
        return try AccessToken.read(configuration)
    }

    private static func checkExecutorPaths(_ configuration: ServiceConfiguration) throws {
        let length = ProcessRuntime.socketPathLength(in: configuration.stateFolder)
        guard length <= 107 else {
            throw Failure(
                "state_dir is too long: the sockets of executors below it would have paths of \(length) bytes, and "
                    + "107 are possible",
                code: EX_CONFIG
            )
        }
    }

    private func openStore() throws -> Store {
        do {
            return try Store(folder: configuration.stateFolder, clock: SystemWallClock())
        } catch {
            throw Failure("the database cannot be opened: \(error)", code: EX_CONFIG)
        }
    }

    private func makeRepositories(_ logger: Logger) -> Repositories {
        Repositories(
            folder: "\(configuration.stateFolder)/mirrors",
            settings: GitSettings(
                username: configuration.gitUsername,
                email: configuration.gitEmail,
                sshKeyFile: configuration.sshKeyFile,
                knownHostsFile: configuration.knownHostsFile,
                httpsTokenFile: configuration.httpsTokenFile,
                httpsTokenHost: configuration.httpsTokenHost,
                localRoots: configuration.runtime == .process ? .anywhere : .below(configuration.localRepositories)
            ),
            logger: logger,
            timeouts: RepositoryTimeouts(fetch: configuration.timeouts.fetch, push: configuration.timeouts.push)
        )
    }

    private func containerSettings(_ store: Store) async throws -> DockerSettings? {
        guard let containers = configuration.containers else { return nil }
        return containers.settings(installation: try await store.installation())
    }

    private func makeRuntime(
        _ store: Store,
        _ containers: DockerSettings?,
        _ logger: Logger
    ) throws -> any Runtime {
        guard let containers else {
            return try ProcessRuntime(
                stateFolder: configuration.stateFolder,
                executor: configuration.executor,
                limits: callLimits,
                logger: logger
            )
        }
        let settings = schedulerSettings
        return try DockerRuntime(
            settings: containers,
            stateFolder: configuration.stateFolder,
            limits: callLimits,
            logger: logger
        ) { id in
            let run = try await store.run(id)
            let task = try await store.task(of: run)
            return InstanceRequest(
                run: id,
                instance: try await store.instance(of: id).id,
                deadline: run.began + settings.deadline(for: task),
                container: task.settings.container
            )
        }
    }

    private var callLimits: CallLimits {
        CallLimits(
            start: configuration.timeouts.start,
            clone: configuration.timeouts.clone,
            export: configuration.timeouts.export
        )
    }

    private var schedulerSettings: SchedulerSettings {
        SchedulerSettings(
            caps: configuration.caps,
            agent: configuration.agent,
            limits: configuration.limits,
            deadline: configuration.deadline,
            gitUsername: configuration.gitUsername,
            gitEmail: configuration.gitEmail
        )
    }

    private func makeListeners(
        _ face: HTTPFace,
        _ token: String?,
        _ logger: Logger
    ) throws -> [any ServiceLifecycle.Service] {
        do throws(ListenError) {
            let tcp = try ListeningSocket(binding: try ListenAddress(parsing: configuration.listen))
            let unix = try ListeningSocket(binding: .unix(path: configuration.socket))
            return [tcp, unix].map { socket in
                let rules = AccessRules(
                    allowedHosts: configuration.allowedHosts,
                    allowedOrigins: configuration.allowedOrigins,
                    token: socket.address.isLocal ? nil : token
                )
                return HTTPListener(socket: socket, face: face, access: rules, logger: logger)
            }
        } catch {
            throw Failure("\(error)", code: EX_CONFIG)
        }
    }
}
