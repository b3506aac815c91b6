import CoreMetrics
import Executors
import Journal
import Model
import OpsMetrics
import Scheduler
import Server
import Store

/// The service's metrics and health, and what feeds them.
struct ServiceMeasures: Sendable {
    let metrics: CaretakerMetrics
    let health: Health
    let pulse: Pulse
    private let configuration: ServiceConfiguration
    private let store: Store

    private let engineFacts: @Sendable () -> EngineFacts?

    /// Declares every metric; to be done once in a process, since libraries count here too from then on.
    static func declare() -> CaretakerMetrics {
        let registry = MetricsRegistry()
        let metrics = CaretakerMetrics(
            registry: registry,
            words: .service(
                engineOperations: EngineOperation.allCases.map(\.rawValue),
                healthChecks: ServiceHealth.names
            ),
            build: BuildFacts(
                version: Caretaker.version,
                revision: Caretaker.revision,
                swiftVersion: swiftVersion
            )
        )
        MetricsSystem.bootstrap(LibraryMetrics(registry))
        return metrics
    }

    init(
        _ configuration: ServiceConfiguration,
        metrics: CaretakerMetrics,
        store: Store,
        runtime: any Runtime,
        disk: DiskNotice,
        files: TaskFolderReport,
        folder: Setting<TaskFolder.Settings>
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.store = store
        let docker = runtime as? DockerRuntime
        engineFacts = { docker?.engineFacts }
        let pulse = Pulse(
            lateness: { metrics.schedules.lateness.observe($0) },
            look: { metrics.schedules.tickDuration.observe($0) }
        )
        self.pulse = pulse
        let parts = ServiceHealth(
            configuration: configuration,
            store: store,
            runtime: runtime,
            pulse: pulse,
            engine: metrics.engine,
            disk: disk,
            files: files,
            folder: folder
        )
        health = Health(parts.checks)
        metrics.service.reloadSuccessTime.set(WallTime.seconds())
    }

    private static var swiftVersion: String {
        #if swift(>=6.4)
        "6.4"
        #elseif swift(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    /// Has everything looked at with each scrape that is not counted as it happens.
    func collect(_ output: LogOutput, zones: ScheduleZones, limits: Setting<StoreCollectorLimits>) {
        StoreCollector(store: store, metrics: metrics, zones: zones, limits: limits).register()
        let logs = LogCollector(output: output, metrics: metrics.logs)
        metrics.registry.collect("logs") { logs.collect() }
        let measures = self
        metrics.registry.collect("service") { measures.look() }
        // Apart from the others: its checks may have to wait for what hangs.
        metrics.registry.collect("health") { await measures.lookAtHealth() }
    }

    private func lookAtHealth() async -> Collected {
        var collected = Collected()
        for finding in await health.findings() {
            collected.add(metrics.service.health, finding.name, value: finding.isOK ? 1 : 0)
        }
        if metrics.engine.up.value == 1, let facts = engineFacts() {
            collected.add(metrics.engine.info, facts.version, facts.apiVersion, value: 1)
        }
        return collected
    }

    private func look() -> Collected {
        var collected = Collected()
        if let room = DiskRoom(folder: configuration.stateFolder) {
            collected.add(metrics.service.filesystemAvailable, value: Double(room.available))
            collected.add(metrics.service.filesystemSize, value: Double(room.size))
        }
        for (file, name) in [("main", "caretaker.sqlite"), ("wal", "caretaker.sqlite-wal")] {
            let bytes = DiskRoom.bytes(of: "\(configuration.stateFolder)/\(name)")
            collected.add(metrics.store.size, file, value: bytes.map(Double.init))
        }
        if let time = pulse.lastOnTime(now: store.clock.now) {
            metrics.schedules.lastTick.set(Double(time.milliseconds) / 1000)
        }
        return collected
    }

    /// Counts a reload.
    @Sendable
    func hear(_ reload: Result<ReloadOutcome, ReloadRefusal>) {
        let service = metrics.service
        let isSuccess = (try? reload.get()) != nil
        service.reloads[isSuccess ? "success" : "failure"].increment()
        service.reloadSuccessful.set(isSuccess)
        if isSuccess { service.reloadSuccessTime.set(WallTime.seconds()) }
    }

    /// Counts a pass of the reaper.
    @Sendable
    func hear(_ pass: ReaperPass) {
        let instances = metrics.instances
        guard case .done(let findings) = pass else {
            instances.reaperPasses["failure"].increment()
            return
        }
        instances.reaperPasses["success"].increment()
        instances.lastPass.set(WallTime.seconds())
        for finding in findings where finding.isRemoved {
            // A stray folder is what a process left.
            let kind = finding.sighting.kind
            instances.reaped[kind == .folder ? "process" : kind.rawValue].increment()
        }
        instances.orphaned.set(findings.count { $0.isOrphan && !$0.isRemoved })
    }
}

extension ReaperFinding {
    /// Whether no run accounts for it, as far as is known by now.
    fileprivate var isOrphan: Bool {
        switch decision {
        case .remove, .keep(.firstSighting): true
        case .keep: false
        }
    }
}
