/// How the database does.
package struct StoreMetrics: Sendable {
    package let readDuration: Histogram
    package let writeDuration: Histogram
    package let commitDuration: Histogram
    package let commitWrites: Histogram
    package let writesWaiting: CollectedFamily
    package let busy: Counter
    /// By `file`: main, wal.
    package let size: CollectedFamily
    package let schemaVersion: CollectedFamily

    package init(_ registry: MetricsRegistry) {
        let durations = registry.histograms(
            "caretaker_db_operation_duration_seconds",
            "How long reads and writes took, with their waiting.",
            .closed("kind", ["read", "write"]),
            bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 1]
        )
        readDuration = durations["read"]
        writeDuration = durations["write"]
        commitDuration = registry.histogram(
            "caretaker_db_commit_duration_seconds",
            "How long transactions of the writer took.",
            bounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]
        )
        commitWrites = registry.histogram(
            "caretaker_db_commit_writes",
            "How many writes a transaction of the writer held.",
            bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
        )
        writesWaiting = registry.collected("caretaker_db_writes_waiting", "Writes in the writer's mailbox.")
        busy = registry.counter(
            "caretaker_db_busy_total",
            "Times that something waited because another process had locked the database."
        )
        size = registry.collected(
            "caretaker_db_size_bytes",
            "Size of the database's files.",
            .gauge,
            .closed("file", ["main", "wal"])
        )
        schemaVersion = registry.collected("caretaker_db_schema_version", "Migrations that the database has had.")
    }
}
