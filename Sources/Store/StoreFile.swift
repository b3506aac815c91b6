import Foundation
import GRDB
package import Model

/// A state directory's database that is only read, whether a service has it or not.
package struct StoreFile: Sendable {
    private let queue: DatabaseQueue

    /// What was found of the database itself.
    package struct Findings: Hashable, Sendable {
        /// What is wrong with it.
        package var faults: [String] = []
        /// How many of the known migrations it has, and how many there are.
        package var schema = 0
        package var newestSchema = 0
        /// Whether it can give room back to the file system.
        package var givesRoomBack = false
        package var bytes: Int64 = 0
    }

    /// Opens the database.
    ///
    /// - Throws: `StoreError` when there is none; else GRDB's error.
    package init(folder: String) throws {
        let path = "\(folder)/caretaker.sqlite"
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw StoreError(.notFound, "There is no database at \(path), or you may not read it.")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Copies it into a file that is not there, or empty.
    package func copy(to path: String) throws {
        try queue.read { try DatabaseCopy.make(of: $0, at: path) }
    }

    /// Looks through all of it.
    package func examine() throws -> Findings {
        try queue.read { db in
            var findings = Findings()
            let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check")
            if integrity != ["ok"] { findings.faults += integrity.map { "damage: \($0)" } }
            for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
                let table: String = row["table"]
                let parent: String = row["parent"]
                findings.faults.append("a row of \(table) names one of \(parent) that is not there")
            }
            let migrator = Store.migrator()
            findings.newestSchema = migrator.migrations.count
            findings.schema = try migrator.completedMigrations(db).count
            if try migrator.hasBeenSuperseded(db) {
                findings.faults.append("the database was made by a newer version of Caretaker")
            }
            findings.givesRoomBack = try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2
            let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            findings.bytes = pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
            return findings
        }
    }

    /// Those of the runs that have no row, and of which no folder is to be removed.
    package func unknown(_ runs: [Run.ID]) throws -> [Run.ID] {
        try queue.read { db in
            let hasFolders = try db.tableExists("expiredFolder")
            return try runs.filter { run in
                let sql = "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?)"
                if try Bool.fetchOne(db, sql: sql, arguments: [run]) == true { return false }
                guard hasFolders else { return true }
                let listed = "SELECT EXISTS (SELECT 1 FROM expiredFolder WHERE runID = ?)"
                return try Bool.fetchOne(db, sql: listed, arguments: [run]) != true
            }
        }
    }

    /// What the runs that ended with work have kept of it.
    package func results() throws -> [(run: Run.ID, result: WorkExport)] {
        try queue.read { db in
            let sql = "SELECT id, result FROM run WHERE finishedAt IS NOT NULL AND result IS NOT NULL"
            return try Row.fetchAll(db, sql: sql).map {
                ($0["id"], try JSONText.decode(WorkExport.self, $0["result"]))
            }
        }
    }

    package func close() throws { try queue.close() }
}
