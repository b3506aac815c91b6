import Foundation
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
    let reserve: DiskReserve?
    let folder: String
    let backups = BackupTurns()
    let access: AccessBook
    private let metrics: StoreMetrics?
    let streamMetrics: StreamMetrics?

    /// Opens the database, making or migrating it; before a migration it is copied.
    ///
    /// - Parameters:
    ///   - folder: An existing folder; the database is `caretaker.sqlite` in it.
    ///   - clock: What rows are stamped with.
    ///   - reserve: What is given up when the disk is full.
    ///   - notices: What notices are written of; none unless somebody delivers them.
    ///   - metrics: What counts reads and writes.
    ///   - streamMetrics: What counts the readers of runs that fall behind.
    /// - Throws: `StoreError` when the database is newer than this program, or there is no room for a migration; else
    ///   GRDB's error.
    package init(
        folder: String,
        clock: any WallClock,
        reserve: DiskReserve? = nil,
        notices: Set<Notice.Event> = [],
        metrics: StoreMetrics? = nil,
        streamMetrics: StreamMetrics? = nil
    ) throws {
        self.folder = folder
        do {
            pool = try Self.open(folder, metrics?.busy)
        } catch  where error.isOfFullDisk && reserve?.use() == true {
            // Even what an empty log needs may not be there.
            pool = try Self.open(folder, metrics?.busy)
        }
        access = try pool.read { try AccessBook($0) }
        feeds = RunFeeds()
        writer = StoreWriter(pool: pool, feeds: feeds, metrics: metrics, reserve: reserve)
        self.clock = clock
        self.reserve = reserve
        outbox = Outbox(events: notices)
        self.metrics = metrics
        self.streamMetrics = streamMetrics
    }

    private static func open(_ folder: String, _ busy: Counter?) throws -> DatabasePool {
        let path = "\(folder)/caretaker.sqlite"
        removeUnfinished(folder)
        try PrivateFile.make(path)
        let migrator = migrator()
        try refuseNewer(path, migrator)
        let pool = try DatabasePool(path: path, configuration: configuration(busy))
        let copy = try MigrationCopy(pool, at: path, migrator)
        try migrator.migrate(pool)
        // Of an import that the last service did not see the end of, which is done again.
        try pool.write { try $0.execute(sql: "DELETE FROM importPiece") }
        copy?.keep()
        // The pool sets NORMAL when it turns WAL on, after its own preparation of the connection.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    /// Looks by a connection that cannot write: the last one that can would move the log into the file when it closes.
    private static func refuseNewer(_ path: String, _ migrator: DatabaseMigrator) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let isNewer = try queue.read { try migrator.hasBeenSuperseded($0) }
        try queue.close()
        guard !isNewer else { throw StoreError(.newerSchema, "\(path) was made by a newer version of Caretaker") }
    }

    /// Removes what a crash left of copies.
    private static func removeUnfinished(_ folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix("caretaker.sqlite.") && name.contains(unfinished) {
            unlink("\(folder)/\(name)")
        }
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
            if try !db.configuration.readonly && Int.fetchOne(db, sql: "PRAGMA page_count") == 0 {
                try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            }
            try db.execute(sql: "PRAGMA cache_size = -4096")
        }
        return configuration
    }
}
