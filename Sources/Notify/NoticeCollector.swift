import Model
package import OpsMetrics
package import Store

/// Makes the samples of what waits in the outbox, anew for each scrape.
package enum NoticeCollector {
    package static func register(_ store: Store, _ metrics: CaretakerMetrics) {
        metrics.registry.collect("notify") {
            let waiting = try await store.waitingNotices()
            var collected = Collected()
            collected.add(metrics.notify.pending, value: waiting.count)
            collected.add(
                metrics.notify.oldestPending,
                value: waiting.oldest.map { Double($0.milliseconds) / 1000 }
            )
            return collected
        }
    }
}
