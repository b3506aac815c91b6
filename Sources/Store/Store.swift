import GRDB
import Glibc
package import Model
package import OpsMetrics

/// Everything that Caretaker keeps: tasks, runs, executions, messages and instances, in one SQLite database.
///
/// Reads go through a pool of connections; every write goes through `StoreWriter`, which groups commits.
package final class Store: Sendable {
    let pool: DatabasePool
    package let writer: StoreWriter
    let feeds: RunFeeds
    package let clock: any WallClock
    let outbox: Outbox
    let access: AccessBook
    private let metrics: StoreMetrics?
    let streamMetrics: StreamMetrics?

    /// Opens the database, making or migrating it.
    ///
    /// - Parameters:
    ///   - folder: An existing folder; the database is `caretaker.sqlite` in it.
    ///   - clock: What rows are stamped with.
    ///   - notices: What notices are written of; none unless somebody delivers them.
    ///   - metrics: What counts reads and writes.
    ///   - streamMetrics: What counts the readers of runs that fall behind.
    /// - Throws: `StoreError` when the database is newer than this program; else GRDB's error.
    package init(
        folder: String,
        clock: any WallClock,
        notices: Set<Notice.Event> = [],
        metrics: StoreMetrics? = nil,
        streamMetrics: StreamMetrics? = nil
    ) throws {
        let path = "\(folder)/caretaker.sqlite"
        try Self.makePrivateFile(path)
        pool = try DatabasePool(path: path, configuration: Self.configuration(metrics?.busy))
        let migrator = Self.migrator()
        let isNewer = try pool.read { try migrator.hasBeenSuperseded($0) }
        guard !isNewer else { throw StoreError(.newerSchema, "\(path) was made by a newer version of Caretaker") }
        try migrator.migrate(pool)
        // The pool sets NORMAL when it turns WAL on, after its own preparation of the connection.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        access = try pool.read { try AccessBook($0) }
        feeds = RunFeeds()
        writer = StoreWriter(pool: pool, feeds: feeds, metrics: metrics)
        self.clock = clock
        outbox = Outbox(events: notices)
        self.metrics = metrics
        self.streamMetrics = streamMetrics
    }

    /// Waits for the writes that were asked for, then closes the database.
    package func close() async throws {
        await writer.drain()
        try pool.close()
    }

    /// Reads in one snapshot.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        let began = ContinuousClock.now
        defer { metrics?.readDuration.observe(began.duration(to: .now)) }
        return try await pool.read(body)
    }

    private static func configuration(_ busy: Counter?) -> Configuration {
        var configuration = Configuration()
        // Five seconds, as with a timeout of SQLite's own, which would not tell.
        configuration.busyMode = .callback { tries in
            if tries == 0 { busy?.increment() }
            guard tries < 500 else { return false }
            usleep(10_000)
            return true
        }
        configuration.maximumReaderCount = 8
        configuration.prepareDatabase { db in
            // Before the first table: 1.5 KB messages then rarely spill to overflow pages.
            try db.execute(sql: "PRAGMA page_size = 16384")
            try db.execute(sql: "PRAGMA cache_size = -4096")
        }
        return configuration
    }

    /// A database that is there is not opened here: closing it would drop the locks that SQLite may hold on it.
    private static func makePrivateFile(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
        } else if errno != EEXIST {
            throw StoreError(.unusable, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
