package import Logging
package import OpsMetrics
import ServiceLifecycle
package import Store

/// Keeps the counters that outlive the service and the hours in which tokens were used, every minute and at its end.
///
/// What is counted after the last time is lost when the service is killed: counters then fall behind, never ahead.
package struct TallyKeeper: Service {
    private let store: Store
    private let registry: MetricsRegistry
    private let period: Duration
    private let logger: Logger

    package init(store: Store, registry: MetricsRegistry, period: Duration = .seconds(60), logger: Logger) {
        self.store = store
        self.registry = registry
        self.period = period
        self.logger = logger
    }

    /// Takes up what an earlier service counted; to be called before anything is counted.
    package func restore() async throws {
        let rows = try await store.tally()
        registry.restore(rows.map { TallyRow(family: $0.family, labels: $0.labels, value: $0.value) })
    }

    /// Keeps everything as it is.
    package func keep() async throws {
        try await store.keepTokenUses()
        try await store.keepTally(counts)
    }

    private var counts: [TalliedCount] {
        registry.tally().map { TalliedCount(family: $0.family, labels: $0.labels, value: $0.value) }
    }

    package func run() async throws {
        var kept: [TalliedCount] = []
        while !Task.isCancelled {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: period) }
            } catch {
                return
            }
            do {
                // An idle service writes nothing.
                try await store.keepTokenUses()
                let present = counts
                if present != kept { try await store.keepTally(present) }
                kept = present
            } catch {
                logger.error(
                    "counters cannot be kept",
                    metadata: ["message.id": "store_failed", "error": "\(error)"]
                )
            }
        }
    }
}

extension TallyKeeper: CustomStringConvertible {
    package var description: String { "TallyKeeper" }
}
