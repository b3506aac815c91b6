import Foundation
import GRDB

/// The database of claude-code-runner, the original, which is only read.
///
/// Its file is never written to, nor is a log that lies beside it. Where reading would leave something behind, such as the
/// index of a log that nobody has open, a copy is read that goes with this value.
package final class OriginalDatabase: Sendable {
    private static let tables = [
        ("Task", ["id", "createdAt", "updatedAt", "name", "steps"]),
        ("TaskRun", ["id", "createdAt", "updatedAt", "taskId", "name", "repository", "steps", "messages"]),
    ]

    private let queue: DatabaseQueue
    private let copy: TemporaryCopy?

    /// Opens it.
    ///
    /// - Parameter path: Its file.
    /// - Throws: `StoreError` `.notFound` when there is none, `.unusable` when it is something else or cannot be read.
    package init(path: String) throws {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw StoreError(.notFound, "There is no file \(path), or you may not read it.")
        }
        do {
            copy = try TemporaryCopy.needed(for: path)
            queue = try Self.open(copy?.path ?? path, writes: copy != nil)
            let faults = try queue.read(Self.faults)
            guard faults.isEmpty else {
                let list = faults.joined(separator: ", ")
                throw StoreError(.unusable, "\(path) is no database of claude-code-runner, or an old one: \(list).")
            }
        } catch let error as DatabaseError {
            throw StoreError(.unusable, "\(path) cannot be read as a database: \(error.message ?? "\(error)").")
        } catch let error as CocoaError {
            throw StoreError(.unusable, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// A copy may be written to: SQLite takes into it what its log says.
    private static func open(_ path: String, writes: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = !writes
        configuration.busyMode = .timeout(5)
        // A log that is empty has no say, and looking at it would make files beside it.
        let isImmutable = !writes && !FileManager.default.fileExists(atPath: "\(path)-shm")
        guard isImmutable, try usesLog(path) else { return try DatabaseQueue(path: path, configuration: configuration) }
        let url = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
        return try DatabaseQueue(path: url, configuration: configuration)
    }

    /// Whether the file's header says that it has a write-ahead log.
    private static func usesLog(_ path: String) throws -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        let header = try file.read(upToCount: 20) ?? Data()
        return header.count == 20 && header[19] == 2
    }

    private static func faults(_ db: Database) throws -> [String] {
        let missing = try tables.flatMap { table, columns in
            guard try db.tableExists(table) else { return ["it has no table \(table)"] }
            let there = Set(try db.columns(in: table).map(\.name))
            return columns.filter { !there.contains($0) }.map { "its table \(table) has no column \($0)" }
        }
        let encoding = try String.fetchOne(db, sql: "PRAGMA encoding") ?? ""
        return missing + (encoding == "UTF-8" ? [] : ["its texts are in \(encoding)"])
    }

    /// How many rows a table has; 0 without the table.
    package func count(of table: OriginalTable) throws -> Int {
        try queue.read { db in
            guard try db.tableExists(table.rawValue) else { return 0 }
            return try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table.rawValue)") ?? 0
        }
    }

    /// The tasks, oldest first.
    package func tasks() throws -> [OriginalTask] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT id, createdAt, updatedAt, name, steps FROM Task ORDER BY createdAt, id")
                .map { OriginalTask($0) }
        }
    }

    /// What runs say of tasks that are no more, one for each: as its newest run had it.
    package func lostTasks() throws -> [OriginalTask] {
        try queue.read { db in
            let sql = """
                SELECT taskId AS id, createdAt, max(updatedAt) AS updatedAt, name, steps FROM TaskRun
                WHERE taskId NOT IN (SELECT id FROM Task) GROUP BY taskId ORDER BY createdAt, taskId
                """
            return try Row.fetchAll(db, sql: sql).map { OriginalTask($0) }
        }
    }

    /// What a task was when it was run, oldest first, each once, at most so many.
    package func pastVersions(of task: OriginalTask, limit: Int) throws -> [OriginalTask] {
        try queue.read { db in
            let sql = """
                SELECT taskId AS id, min(createdAt) AS createdAt, updatedAt, name, steps FROM TaskRun
                WHERE taskId = ? GROUP BY name, steps ORDER BY 2 LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: [task.id, limit]).map { OriginalTask($0) }
        }
    }

    /// Some runs after one, in the order of their rows, without their messages.
    package func runs(after last: OriginalRun?, limit: Int) throws -> [OriginalRun] {
        try queue.read { db in
            let sql = """
                SELECT rowid, id, createdAt, updatedAt, taskId, name, repository, steps, typeof(messages) AS type
                FROM TaskRun WHERE rowid > ? ORDER BY rowid LIMIT ?
                """
            return try Row.fetchAll(db, sql: sql, arguments: [last?.row ?? .min, limit]).map { try OriginalRun($0, db) }
        }
    }

    /// Hands over the text of a run's messages piece by piece, at least one.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - size: How many bytes a piece has; the last has fewer.
    ///   - take: Gets each piece and whether it is the last; false stops.
    /// - Throws: GRDB's error, also when the run changes meanwhile.
    package func readMessages(
        of run: OriginalRun,
        pieces size: Int,
        _ take: (_ piece: [UInt8], _ isLast: Bool) async throws -> Bool
    ) async throws {
        var offset = 0
        repeat {
            let piece = try bytes(of: run, at: offset, size)
            offset += piece.count
            guard try await take(piece, offset >= run.size), !piece.isEmpty else { return }
        } while offset < run.size
    }

    private func bytes(of run: OriginalRun, at offset: Int, _ size: Int) throws -> [UInt8] {
        guard run.hasText else { return [] }
        return try queue.read { db in
            let column = try ColumnBytes(db, table: "TaskRun", column: "messages", row: run.row)
            guard column.count == run.size else {
                throw StoreError(.stale, "Run \(run.id) changed while it was read: the original is still at work.")
            }
            return try column.read(at: offset, upTo: size)
        }
    }
}

/// A table of the original's.
package enum OriginalTable: String, Sendable {
    case tasks = "Task"
    case runs = "TaskRun"
    case instances = "ClaudeInstance"
}
