import Logging
import Model
import OpsMetrics
import Store
import Synchronization
import TestSupport

@testable import Server

/// The pages for operators as a test wants them.
final class OpsScene: Sendable {
    /// The checks that fail now.
    let failing = Mutex<Set<String>>([])
    /// What the disk has left.
    let room: Room
    let disk: DiskNotice
    let metrics: CaretakerMetrics
    let log = LogCapture()

    /// Bytes that a test sets.
    final class Room: Sendable {
        let bytes = Mutex<Int64>(1 << 40)
    }

    init() {
        let room = Room()
        self.room = room
        disk = DiskNotice(folder: "/state", logger: log.logger) { _ in
            DiskRoom(available: room.bytes.withLock(\.self), size: 1 << 40)
        }
        metrics = CaretakerMetrics(
            registry: MetricsRegistry(),
            words: .service(engineOperations: ["ping"], healthChecks: ["db", "image", "files"]),
            build: BuildFacts(version: "1", revision: "r", swiftVersion: "6")
        )
    }

    var settings: TestService.Settings {
        var settings = TestService.Settings()
        settings.ops = { [self] store in
            let limits = Setting(StoreCollectorLimits(concurrency: 4, deadline: .seconds(60)))
            let zones = ScheduleZones(standard: "UTC")
            StoreCollector(store: store, metrics: metrics, zones: zones, limits: limits).register()
            listen(to: store)
            return OpsPages(metrics: metrics, health: health)
        }
        return settings
    }

    /// Has what a store does counted and told.
    func listen(to store: Store) {
        let chronicle = Chronicle(metrics: metrics, logger: log.logger, disk: disk)
        store.writer.report(to: chronicle.hear, noRoom: disk.refused)
    }

    private var health: Health {
        Health(
            [
                HealthCheck("db") { try self.look("db") },
                HealthCheck("image") { try self.look("image") },
                HealthCheck("files", isVital: false) { try self.look("files") },
            ],
            freshness: .zero
        )
    }

    private func look(_ name: String) throws -> String {
        guard failing.withLock({ $0.contains(name) }) else { return "there" }
        throw HealthProblem("not there", remedy: "make it")
    }
}
