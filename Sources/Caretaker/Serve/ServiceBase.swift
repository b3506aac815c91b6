import Cron
import Curl
import Executors
import Journal
import Logging
import Model
import Notify
import OpsMetrics
import Repositories
import Scheduler
import Server
import ServiceLifecycle
import Store

/// What every part of the daemon is made from.
struct ServiceBase {
    let configuration: ServiceConfiguration
    let reader: ConfigurationReader
    let store: Store
    let metrics: CaretakerMetrics
    let live: LiveConfiguration
    let manager: SystemdNotify
    let output: LogOutput
    let logger: Logger

    func repositories() -> Repositories {
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
            timeouts: live.repositories,
            metrics: metrics.repositories
        )
    }

    func containerSettings() async throws -> DockerSettings? {
        guard let containers = configuration.containers else { return nil }
        return containers.settings(installation: try await store.installation())
    }

    func runtime(_ containers: DockerSettings?) throws -> any Runtime {
        guard let containers else {
            return try ProcessRuntime(
                stateFolder: configuration.stateFolder,
                executor: configuration.executor,
                limits: live.calls,
                logger: logger
            )
        }
        return try DockerRuntime(
            settings: containers,
            stateFolder: configuration.stateFolder,
            limits: live.calls,
            metrics: metrics.engine,
            logger: logger
        ) { [store, live] id in
            let run = try await store.run(id)
            let task = try await store.task(of: run)
            return InstanceRequest(
                run: id,
                instance: try await store.instance(of: id).id,
                deadline: run.began + live.scheduler.current.deadline(for: task),
                container: task.settings.container
            )
        }
    }

    func reaper(_ runtime: any Runtime, _ repositories: Repositories) -> Reaper {
        let leftovers = Leftovers(store: store, runtime: runtime, repositories: repositories, logger: logger)
        return Reaper(
            store: store,
            runtime: runtime,
            settings: live.reaper,
            deadline: { [live] in live.scheduler.current.deadline(for: $0) },
            clearLeftovers: { [live] in await leftovers.clear(endedFor: live.reaper.current.grace) },
            logger: logger
        )
    }

    func upkeep(_ runtime: any Runtime, _ repositories: Repositories) -> Upkeep {
        Upkeep(
            store: store,
            leftovers: Leftovers(store: store, runtime: runtime, repositories: repositories, logger: logger),
            repositories: repositories,
            policy: live.retention,
            clock: RealtimeClock(),
            logger: logger
        )
    }

    func scheduler(
        _ runtime: any Runtime,
        _ repositories: Repositories,
        hasRecovered: @escaping @Sendable () -> Void
    ) -> Scheduler {
        Scheduler(
            store: store,
            repositories: repositories,
            runtime: runtime,
            settings: live.scheduler,
            clock: RealtimeClock(),
            logger: logger,
            hasRecovered: hasRecovered
        )
    }

    func scheduleLoop(_ zones: ZoneFiles, _ pulse: Pulse) -> ScheduleLoop {
        ScheduleLoop(
            store: store,
            zones: zones,
            clock: RealtimeClock(),
            queueLimit: live.queueLimit,
            logger: logger,
            pulse: pulse
        )
    }

    func taskFolder(_ operations: ServiceOperations, _ zones: ScheduleZones) -> TaskFolder {
        TaskFolder(
            settings: live.tasks,
            declarations: Declarations(store: store, operations: operations, zones: zones),
            events: FolderEvents(),
            report: TaskFolderReport(store: store, logger: logger)
        )
    }

    /// What sends notices; nil when nobody is to be told.
    func post() throws -> NoticePost? {
        try configuration.notify.map { NoticePost(webhook: $0.webhook, curl: try CurlClient()) }
    }

    func notices(
        _ post: NoticePost?,
        _ zones: ZoneFiles,
        _ metrics: CaretakerMetrics
    ) -> [any ServiceLifecycle.Service] {
        guard let post, let events = configuration.notify?.events else { return [] }
        NoticeCollector.register(store, metrics)
        let clock = RealtimeClock()
        let courier = Courier(store: store, post: post, clock: clock, metrics: metrics.notify, logger: logger)
        guard events.contains(.overdue) else { return [courier] }
        return [courier, OverdueWatch(store: store, zones: zones, clock: clock, logger: logger)]
    }

    func reloader() -> Reloader {
        Reloader(
            reader: reader,
            started: configuration,
            live: live,
            store: store,
            output: output,
            manager: manager,
            logger: logger
        )
    }

    func link(_ readiness: Readiness, _ measures: ServiceMeasures) -> ManagerLink {
        ManagerLink(
            manager: manager,
            readiness: readiness,
            status: StatusLine(store: store, pulse: measures.pulse),
            signs: VitalSigns(
                store: store,
                pulse: measures.pulse,
                logger: logger,
                patience: .seconds(10),
                lateness: (manager.watchdogInterval ?? .seconds(30)) * 2
            ),
            metrics: measures.metrics.service,
            logger: logger
        )
    }
}
