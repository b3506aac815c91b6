import Journal
import Logging
import OpsMetrics
import Synchronization

/// Brings what was logged into the metrics, at each scrape.
final class LogCollector: Sendable {
    private let output: LogOutput
    private let metrics: LogMetrics
    private let last = Mutex<LogCounts?>(nil)

    init(output: LogOutput, metrics: LogMetrics) {
        self.output = output
        self.metrics = metrics
        metrics.journalFallback.set(output.style == .prefixed)
    }

    /// Counts what has been logged since the last time; the samples are cells of their own.
    func collect() -> Collected {
        last.withLock { last in
            let now = output.counts
            for (level, count) in now.messages {
                metrics.messages[level.rawValue].increment(by: Int(clamping: count - (last?.messages[level] ?? 0)))
            }
            metrics.dropped["queue_full"].increment(by: Int(clamping: now.overflowed - (last?.overflowed ?? 0)))
            metrics.dropped["journal_away"].increment(by: Int(clamping: now.undelivered - (last?.undelivered ?? 0)))
            last = now
        }
        return Collected()
    }
}
