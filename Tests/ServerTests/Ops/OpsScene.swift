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
    let metrics: CaretakerMetrics
    let log = LogCapture()

    init() {
        metrics = CaretakerMetrics(
            registry: MetricsRegistry(),
            words: .service(engineOperations: ["ping"], healthChecks: ["db", "image"]),
            build: BuildFacts(version: "1", revision: "r", swiftVersion: "6")
        )
    }

    var settings: TestService.Settings {
        var settings = TestService.Settings()
        settings.ops = { [self] store in
            let limits = Setting(StoreCollectorLimits(concurrency: 4, deadline: .seconds(60)))
            let zones = ScheduleZones(standard: "UTC")
            StoreCollector(store: store, metrics: metrics, zones: zones, limits: limits).register()
            store.writer.report(to: Chronicle(metrics: metrics, logger: log.logger).hear)
            return OpsPages(metrics: metrics, health: health)
        }
        return settings
    }

    private var health: Health {
        Health(
            [
                HealthCheck("db") { try self.look("db") },
                HealthCheck("image") { try self.look("image") },
            ],
            freshness: .zero
        )
    }

    private func look(_ name: String) throws -> String {
        guard failing.withLock({ $0.contains(name) }) else { return "there" }
        throw HealthProblem("not there", remedy: "make it")
    }
}
