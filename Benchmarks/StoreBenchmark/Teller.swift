import Glibc
import Journal
import Logging
import OpsMetrics
import Server
import Store
import Synchronization

/// What the service has told of every commit, counters and lines that go nowhere; it measures what that takes.
final class Teller: Sendable {
    private struct Cost {
        var commits = 0
        /// Of the commits themselves.
        var took = Duration.zero
        /// Of the processor, on the writer's thread.
        var telling = 0.0
    }

    private let metrics = CaretakerMetrics(
        registry: MetricsRegistry(),
        words: .service(engineOperations: [], healthChecks: ["db"]),
        build: BuildFacts(version: "1", revision: "r", swiftVersion: "6")
    )
    private let logger: Logger
    private let cost = Mutex(Cost())

    /// Gives up standard error, where the lines would go.
    init() {
        let nowhere = open("/dev/null", O_WRONLY)
        dup2(nowhere, 2)
        close(nowhere)
        logger = LogOutput(.text, environment: [:]).logger(label: "benchmark")
    }

    func listen(to store: Store) {
        let disk = DiskNotice(folder: ".", logger: logger)
        let chronicle = Chronicle(metrics: metrics, logger: logger, disk: disk)
        store.writer.report { [self] report in
            let begin = Self.threadSeconds
            chronicle.hear(report)
            let end = Self.threadSeconds
            cost.withLock { cost in
                cost.commits += 1
                cost.took += report.took
                cost.telling += end - begin
            }
        }
    }

    /// What telling has taken of a commit since it was asked last: microseconds of the processor, and of how many.
    func takeCost() -> (telling: Double, commit: Double) {
        let cost = cost.withLock { cost in
            defer { cost = Cost() }
            return cost
        }
        let commits = Double(max(1, cost.commits))
        return (cost.telling / commits * 1e6, cost.took / .microseconds(1) / commits)
    }

    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
