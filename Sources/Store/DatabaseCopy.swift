import GRDB
import Glibc

/// Copies a database by SQLite's own means: as of one moment, whoever writes meanwhile, and nobody is held up.
enum DatabaseCopy {
    /// A mebibyte.
    private static let pagesPerStep: CInt = 64

    /// Makes a file that needs none beside it; what is there when it fails is removed.
    ///
    /// - Parameters:
    ///   - source: Inside of a transaction, the snapshot of which is copied.
    ///   - path: Of a file that is not there, or empty.
    /// - Throws: `StoreError` `.noRoom` when the disk is full; else GRDB's error.
    static func make(of source: Database, at path: String) throws {
        do {
            // Without a first read each step would see its own moment.
            _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_schema")
            try PrivateFile.make(path)
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            try copy.writeWithoutTransaction { target in
                try source.backup(to: target, pagesPerStep: pagesPerStep)
                // The source's mode came with its first page.
                try target.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            try copy.close()
            try PrivateFile.sync(path)
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
            throw error.isOfFullDisk ? StoreError(.noRoom, "The disk is too full for \(path).") : error
        }
    }

    /// It is synced once it is whole; a copy that is not is worth nothing.
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        return configuration
    }
}
