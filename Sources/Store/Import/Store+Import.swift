import AgentStream
import Foundation
import GRDB
package import Model

extension Store {
    /// Adds tasks that were made elsewhere, each under a slug that is free, all at once.
    ///
    /// - Parameters:
    ///   - tasks: The tasks.
    ///   - isDryRun: Whether it is only told what would be.
    /// - Returns: What became of each.
    /// - Throws: GRDB's error.
    package func add(_ tasks: [ImportedTask], isDryRun: Bool) async throws -> [ImportedTaskOutcome] {
        do {
            return try await writer.write(rows: tasks.count * 2) { [self] db, _ in
                try refuseWithoutRoom()
                let outcomes = try tasks.map { try Self.add(db, $0) }
                if isDryRun { throw Rehearsal(outcomes: outcomes) }
                return outcomes
            }
        } catch let rehearsal as Rehearsal {
            return rehearsal.outcomes
        }
    }

    /// Undoes a write of which only the outcome was wanted.
    private struct Rehearsal: Error {
        let outcomes: [ImportedTaskOutcome]
    }

    private static func add(_ db: Database, _ task: ImportedTask) throws -> ImportedTaskOutcome {
        let known = "SELECT slug FROM task WHERE id = ?"
        if let slug = try String.fetchOne(db, sql: known, arguments: [task.id]) {
            return ImportedTaskOutcome(isNew: false, slug: slug)
        }
        let slug = try freeSlug(db, AgentTask.slug(of: task.versions.last?.name ?? ""), in: "task")
        try db.execute(
            sql: "INSERT INTO task (id, slug, version, createdAt, updatedAt, deletedAt) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                task.id, slug, task.versions.count, task.createdAt, task.updatedAt,
                task.isDeleted ? task.updatedAt : nil,
            ]
        )
        for (index, version) in task.versions.enumerated() {
            try insertVersion(db, of: task.id, index + 1, TaskContent(version), version.at)
        }
        return ImportedTaskOutcome(isNew: true, slug: slug)
    }

    /// Keeps a piece of the text of a run's messages until the run comes.
    ///
    /// The first piece of a run forgets all others: what they were of has stopped coming.
    ///
    /// - Parameters:
    ///   - bytes: The piece.
    ///   - run: The run's name, where it comes from.
    ///   - offset: Where in the text it begins.
    /// - Throws: `StoreError` `.stale` when the piece before it is not there.
    package func stage(_ bytes: [UInt8], of run: String, at offset: Int) async throws {
        try await writer.write(bytes: bytes.count) { [self] db, _ in
            try refuseWithoutRoom()
            if offset == 0 { try db.execute(sql: "DELETE FROM importPiece") }
            try Self.checkStaged(db, of: run, is: offset)
            try db.execute(
                sql: "INSERT INTO importPiece (run, offset, bytes) VALUES (?, ?, ?)",
                arguments: [run, offset, Data(bytes)]
            )
        }
    }

    private static func checkStaged(_ db: Database, of run: String, is count: Int) throws {
        let sql = "SELECT coalesce(max(offset + length(bytes)), 0) FROM importPiece WHERE run = ?"
        let staged = try Int.fetchOne(db, sql: sql, arguments: [run]) ?? 0
        guard staged == count else {
            throw StoreError(.stale, "Of run \(run) there are \(staged) bytes, not \(count): is there another import?")
        }
    }

    /// Which of some runs are there.
    package func known(_ runs: [Run.ID]) async throws -> Set<Run.ID> {
        try await read { db in
            try Set(runs.filter { try Self.exists(db, $0) })
        }
    }

    private static func exists(_ db: Database, _ run: Run.ID) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM run WHERE id = ?)")
        return try Bool.fetchOne(statement, arguments: [run]) ?? false
    }

    /// Adds runs that were made elsewhere, each with all its messages or not at all.
    ///
    /// They are `lost`, as nobody knows how they ended, and count in no figures; nobody is told of them.
    ///
    /// - Parameter runs: The runs.
    /// - Returns: What became of each.
    /// - Throws: GRDB's error; then none was added.
    package func add(_ runs: [ImportedRun]) async throws -> [ImportedRunOutcome] {
        let bytes = runs.reduce(0) { $0 + $1.staged + $1.text.count }
        let now = clock.now
        return try await writer.write(rows: StoreWriter.maximumRows, bytes: bytes) { [self] db, _ in
            try refuseWithoutRoom()
            return try runs.map { run in
                do {
                    return try StoreWriter.inSavepoint(db) { try Self.add(db, run, now: now) }
                } catch let error as StoreError {
                    return .refused(error.message)
                }
            }
        }
    }

    private static func add(_ db: Database, _ run: ImportedRun, now: Timestamp) throws -> ImportedRunOutcome {
        guard try !exists(db, run.id) else {
            try db.execute(sql: "DELETE FROM importPiece WHERE run = ?", arguments: [run.source])
            return .known
        }
        let version = try version(db, of: run, now: now)
        try insert(db, run, version: version, now: now)
        let (messages, isWhole) = try insertMessages(db, of: run)
        try db.execute(sql: "DELETE FROM importPiece WHERE run = ?", arguments: [run.source])
        if messages > 0 {
            let sql = "UPDATE run SET startedAt = createdAt WHERE id = ?"
            try db.execute(sql: sql, arguments: [run.id])
        }
        // It is there without having been counted, so that its removal must leave no gap.
        try db.execute(
            sql: """
                INSERT INTO taskFigures (taskID, removed) VALUES (?, -1)
                ON CONFLICT (taskID) DO UPDATE SET removed = removed - 1
                """,
            arguments: [run.task]
        )
        return .made(messages: messages, isWhole: isWhole)
    }

    private static func insert(_ db: Database, _ run: ImportedRun, version: Int, now: Timestamp) throws {
        try db.execute(
            sql: """
                INSERT INTO run (id, taskID, taskVersion, repository, priority, state, detail, session, createdAt,
                    updatedAt, finishedAt, importedAt)
                VALUES (?, ?, ?, ?, 0, 'lost', ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run.id, run.task, version, run.repository, run.detail, UUID().uuidString.lowercased(), run.createdAt,
                run.finishedAt, run.finishedAt, now,
            ]
        )
    }

    /// Cuts the text into messages, one at a time; what is no message of a list is kept as it is, after the others.
    private static func insertMessages(_ db: Database, of run: ImportedRun) throws -> (count: Int, isWhole: Bool) {
        try checkStaged(db, of: run.source, is: run.staged)
        var numbering = try Numbering(db, run: run.id, at: run.createdAt, step: 0)
        var elements = JSONElements()
        var count = 0
        func take(_ body: [UInt8]) throws {
            _ = try numbering.insert(NewMessage(imported: body))
            count += 1
        }
        let sql = "SELECT bytes FROM importPiece WHERE run = ? ORDER BY offset"
        let pieces = try Data.fetchCursor(db, sql: sql, arguments: [run.source])
        while let piece = try pieces.next() { try elements.read([UInt8](piece), take) }
        try elements.read(run.text, take)
        let rest = elements.rest
        if let rest, !rest.isEmpty { try take(rest) }
        return (count, rest == nil)
    }

    /// The version of a run's task that says what the run did.
    ///
    /// One that is not there yet is made, and after it what the task is once more, so that it stays what it is.
    private static func version(_ db: Database, of run: ImportedRun, now: Timestamp) throws -> Int {
        let content = TaskContent(run.version)
        let known = try Int.fetchOne(
            db,
            sql: """
                SELECT version FROM taskVersion WHERE taskID = ? AND name = ? AND steps = ? ORDER BY version LIMIT 1
                """,
            arguments: [run.task, content.name, try JSONText.encode(content.steps)]
        )
        if let known { return known }
        let present = try Int.fetchOne(db, sql: "SELECT version FROM task WHERE id = ?", arguments: [run.task])
        guard let present else { throw StoreError(.notFound, "There is no task \(run.task).") }
        try insertVersion(db, of: run.task, present + 1, content, run.version.at)
        let task = try task(db, at: present, of: run.task)
        let same = TaskContent(name: task.name, steps: task.steps, settings: task.settings)
        try insertVersion(db, of: run.task, present + 2, same, now)
        try db.execute(sql: "UPDATE task SET version = ? WHERE id = ?", arguments: [present + 2, run.task])
        return present + 1
    }
}

extension TaskContent {
    fileprivate init(_ version: ImportedTask.Version) {
        self.init(name: version.name, steps: version.steps, settings: TaskSettings())
    }
}

extension NewMessage {
    /// A message as the original kept it; what it said itself is what the service says here.
    fileprivate init(imported body: [UInt8]) {
        let kind = AgentLine(classifying: body).kind
        let isNotice = kind == .other && (try? JSONValue(parsing: body))?["type"]?.string == "internal"
        self.init(kind: isNotice ? .notice : Message.Kind(rawValue: kind.rawValue) ?? .other, body: body)
    }
}
