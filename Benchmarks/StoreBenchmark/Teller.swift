import Glibc
import Journal
import Logging
import OpsMetrics
import Server
import Store

/// What the service has told of every commit: counters, and lines that go nowhere.
struct Teller {
    private let metrics = CaretakerMetrics(
        registry: MetricsRegistry(),
        words: .service(engineOperations: [], healthChecks: ["db"]),
        build: BuildFacts(version: "1", revision: "r", swiftVersion: "6")
    )
    private let logger: Logger

    /// Gives up standard error, where the lines would go.
    init() {
        let nowhere = open("/dev/null", O_WRONLY)
        dup2(nowhere, 2)
        close(nowhere)
        logger = LogOutput(.text, environment: [:]).logger(label: "benchmark")
    }

    func listen(to store: Store) {
        let disk = DiskNotice(folder: ".", logger: logger)
        store.writer.report(to: Chronicle(metrics: metrics, logger: logger, disk: disk).hear, noRoom: disk.refused)
    }
}
