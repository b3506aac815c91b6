import Cron
import Executors
import Journal
import Logging
import Model
import OpsMetrics
import Repositories
import Scheduler
import Server
import ServiceLifecycle
import Store

/// The parts of the daemon, wired to each other.
struct ServiceParts {
    let store: Store
    let live: LiveConfiguration
    let runtime: any Runtime
    let tally: TallyKeeper
    private let scheduler: Scheduler
    private let schedules: ScheduleLoop
    /// What finds out what to tell, and tells it.
    private let notices: [any ServiceLifecycle.Service]
    private let reaper: Reaper
    private let upkeep: Upkeep
    private let folder: TaskFolder
    private let reloader: Reloader
    private let face: HTTPFace
    private let link: ManagerLink
    private let readiness: Readiness
    private let logger: Logger

    /// Makes the parts; nothing runs yet.
    ///
    /// - Parameters:
    ///   - base: What they are made from.
    ///   - listeners: How many listeners there will be.
    /// - Throws: What the database or libcurl throws.
    init(_ base: ServiceBase, listeners: Int) async throws {
        let zones = ZoneFiles()
        let scheduleZones = ScheduleZones(files: zones, standard: base.configuration.timezone)
        store = base.store
        live = base.live
        logger = base.logger
        let containers = try await base.containerSettings()
        let repositories = base.repositories()
        runtime = try base.runtime(containers)
        reaper = base.reaper(runtime, repositories)
        let upkeep = base.upkeep(runtime, repositories)
        self.upkeep = upkeep
        reloader = base.reloader()
        let post = try base.post()
        let operations = ServiceOperations(
            repositories: repositories,
            runtime: runtime,
            reaper: reaper,
            live: live,
            reloader: reloader,
            containers: containers,
            post: post
        )
        var face = HTTPFace(
            store: store,
            operations: operations,
            logger: logger,
            version: Caretaker.version,
            zones: scheduleZones
        )
        let metrics = base.metrics
        let disk = DiskNotice(
            folder: base.configuration.stateFolder,
            logger: logger,
            isOutOfRoom: { [store] in store.isOutOfRoom }
        )
        if store.isOutOfRoom { disk.refused() }
        folder = base.taskFolder(operations, scheduleZones)
        let measures = ServiceMeasures(
            base.configuration,
            metrics: metrics,
            store: store,
            runtime: runtime,
            disk: disk,
            files: folder.report,
            folder: live.tasks
        )
        tally = TallyKeeper(store: store, registry: metrics.registry, logger: logger)
        // The listeners and the scheduler.
        let readiness = Readiness(of: listeners + 1)
        self.readiness = readiness
        scheduler = base.scheduler(runtime, repositories) { readiness.reached() }
        schedules = base.scheduleLoop(zones, measures.pulse)
        notices = base.notices(post, zones, measures.metrics)
        link = base.link(readiness, measures)
        face.serve(OpsPages(metrics: metrics, health: measures.health))
        self.face = face
        // Counters go on from where an earlier service left them, before anything counts.
        try await tally.restore()
        measures.collect(base.output, zones: scheduleZones, limits: live.measured)
        let chronicle = Chronicle(metrics: metrics, logger: logger, disk: disk)
        let hear: @Sendable (CommitReport) -> Void = { [status = link.status] report in
            chronicle.hear(report)
            status.ring()
        }
        store.writer.report(to: hear, noRoom: disk.refused)
        measures.pulse.report(to: link.status.ring)
        await reaper.report(to: measures.hear)
        await reloader.report { [events = folder.events] outcome in
            measures.hear(outcome)
            // Something may have expired by it.
            upkeep.wake()
            // Also of what changed where nobody could see it.
            events.ring()
        }
    }

    /// What runs, in the order of their dependencies: the last are the first to end.
    func services(on sockets: [ListeningSocket]) -> [any ServiceLifecycle.Service] {
        let listeners = sockets.map { socket in
            HTTPListener(
                socket: socket,
                face: face,
                access: socket.address.isLocal ? live.localAccess : live.remoteAccess,
                logger: logger,
                isListening: readiness.reached
            )
        }
        return [tally, RoomWatch(store: store)] + notices + [upkeep, scheduler, schedules, folder]
            + (runtime.kind == .docker ? [reaper] : [])
            + listeners
            + [HangupWatch(reloader: reloader), link]
    }
}
