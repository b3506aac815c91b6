import GRDB
package import Model

/// Which ended runs are to go.
package enum OutdatedRuns: Hashable, Sendable {
    case endedBefore(Timestamp)
    /// Those of a task up to one of them, if they ended before an instant.
    case ofTask(AgentTask.ID, through: Run.ID, endedBefore: Timestamp)
}

/// Every call removes a little, in one write; who wants all of it gone calls until nothing is removed.
///
/// A run's age counts from its end; one that was made elsewhere is no older here than its import.
///
/// What runs came to is kept in the figures of tasks and schedules, so that no figure changes when a row goes.
extension Store {
    /// Removes messages of runs that ended before an instant; from the first on the run says that they have expired.
    package func removeTranscripts(ofRunsEndedBefore limit: Timestamp) async throws -> Removal {
        try await remove { db, budget, removal in
            while !budget.isSpent, let run = try Run.ID.fetchOne(db, sql: Self.nextTranscript, arguments: [limit]) {
                try Self.removeTranscript(of: run, db, &budget, &removal)
            }
        }
    }

    /// Forgets the results of runs that ended before an instant, and lists their folders for removal.
    package func removeResults(ofRunsEndedBefore limit: Timestamp) async throws -> Removal {
        try await remove { db, budget, removal in
            while !budget.isSpent, let row = try Row.fetchOne(db, sql: Self.nextResult, arguments: [limit]) {
                let run: Run.ID = row["id"]
                try db.execute(
                    sql: "UPDATE run SET result = NULL, isResultExpired = 1 WHERE id = ?",
                    arguments: [run]
                )
                try Self.listFolder(of: run, row["repository"], db)
                budget.spend()
                removal.results += 1
            }
        }
    }

    /// Removes runs with all their rows, and lists their folders for removal.
    ///
    /// A run stays as long as another is its retry, so that no row refers to a missing one.
    package func removeRuns(_ outdated: OutdatedRuns) async throws -> Removal {
        try await remove { db, budget, removal in
            while !budget.isSpent, let row = try Self.next(outdated, db) {
                let run: Run.ID = row["id"]
                let isGone = try Self.removeTranscript(of: run, db, &budget, &removal)
                guard isGone else { return }
                for table in ["execution", "instance"] {
                    try db.execute(sql: "DELETE FROM \(table) WHERE runID = ?", arguments: [run])
                }
                try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
                try db.execute(
                    sql: "UPDATE taskFigures SET removed = removed + 1 WHERE taskID = ?",
                    arguments: [row["taskID"] as AgentTask.ID]
                )
                try Self.listFolder(of: run, row["repository"], db)
                removal.runs += 1
            }
        }
    }

    /// Removes records of skipped slots the last of which was before an instant.
    package func removeSlots(before limit: Timestamp) async throws -> Removal {
        try await remove { db, budget, removal in
            let sql = """
                DELETE FROM skippedSlots WHERE rowid IN
                    (SELECT rowid FROM skippedSlots WHERE last < ? ORDER BY last LIMIT ?)
                """
            try db.execute(sql: sql, arguments: [limit, budget.rows])
            removal.slots = db.changesCount
        }
    }

    /// Removes entries of the list of who changed what that were made before an instant.
    package func removeAudit(before limit: Timestamp) async throws -> Removal {
        try await remove { db, budget, removal in
            let sql = "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE at < ? ORDER BY at LIMIT ?)"
            try db.execute(sql: sql, arguments: [limit, budget.rows])
            removal.changes = db.changesCount
        }
    }

    /// The tasks with more ended runs than stay, each with the newest run of those that are too many.
    package func overfullTasks(keeping most: Int) async throws -> [(task: AgentTask.ID, through: Run.ID)] {
        try await read { db in
            // The figures tell which tasks to look at; what is there decides.
            let tasks = try AgentTask.ID.fetchAll(db, sql: Self.overfull, arguments: [most])
            return try tasks.compactMap { task in
                let newest = try Run.ID.fetchOne(db, sql: Self.newestTooMany, arguments: [task, most])
                return newest.map { (task, $0) }
            }
        }
    }

    /// When the next of what is there expires by its age; nil when nothing does.
    package func nextExpiry(_ policy: RetentionPolicy) async throws -> Timestamp? {
        try await read { db in
            let rules: [(Duration?, String)] = [
                (
                    policy.messages,
                    "SELECT min(keptFrom) FROM run WHERE finishedAt IS NOT NULL AND transcript <> 'expired'"
                ),
                (policy.results, "SELECT min(keptFrom) FROM run WHERE finishedAt IS NOT NULL AND result IS NOT NULL"),
                (policy.runs, "SELECT min(keptFrom) FROM run WHERE finishedAt IS NOT NULL"),
                (policy.slots, "SELECT min(last) FROM skippedSlots"),
                (policy.audit, "SELECT min(at) FROM audit"),
            ]
            return try rules.compactMap { age, sql -> Timestamp? in
                guard let age, let oldest = try Timestamp.fetchOne(db, sql: sql) else { return nil }
                return oldest + age
            }.min()
        }
    }

    /// Performs a write of its own, which shares its transaction with no other.
    private func remove(
        _ body: @escaping @Sendable (Database, inout RemovalBudget, inout Removal) throws -> Void
    ) async throws -> Removal {
        try await writer.write(rows: StoreWriter.maximumRows) { db, _ in
            var budget = RemovalBudget()
            var removal = Removal()
            try body(db, &budget, &removal)
            return removal
        }
    }

    static func next(_ outdated: OutdatedRuns, _ db: Database) throws -> Row? {
        switch outdated {
        case .endedBefore(let limit): try Row.fetchOne(db, sql: nextEnded, arguments: [limit])
        case .ofTask(let task, let through, let limit):
            try Row.fetchOne(db, sql: nextOfTask, arguments: [task, through, limit])
        }
    }

    /// Removes as many messages of a run as the budget allows; true when none is left.
    @discardableResult
    private static func removeTranscript(
        of run: Run.ID,
        _ db: Database,
        _ budget: inout RemovalBudget,
        _ removal: inout Removal
    ) throws -> Bool {
        let sql = "SELECT seq, length(body) AS size FROM message WHERE runID = ? ORDER BY seq LIMIT ?"
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [run, budget.rows])
        var last = 0
        var count = 0
        while !budget.isSpent, let row = try rows.next() {
            last = row["seq"]
            count += 1
            budget.spend(row["size"])
        }
        try db.execute(sql: "DELETE FROM message WHERE runID = ? AND seq <= ?", arguments: [run, last])
        removal.messages += count
        budget.spend()
        let isLeft = "SELECT EXISTS (SELECT 1 FROM message WHERE runID = ?)"
        let isGone = try Bool.fetchOne(db, sql: isLeft, arguments: [run]) == false
        try db.execute(
            sql: "UPDATE run SET transcript = ? WHERE id = ? AND transcript <> 'expired'",
            arguments: [isGone ? "expired" : "going", run]
        )
        return isGone
    }

    private static func listFolder(of run: Run.ID, _ repository: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO expiredFolder (runID, repository) VALUES (?, ?) ON CONFLICT DO NOTHING",
            arguments: [run, repository]
        )
    }

    static let nextTranscript = """
        SELECT id FROM run WHERE finishedAt IS NOT NULL AND keptFrom < ? AND transcript <> 'expired'
        ORDER BY keptFrom LIMIT 1
        """

    static let nextResult = """
        SELECT id, repository FROM run WHERE finishedAt IS NOT NULL AND keptFrom < ? AND result IS NOT NULL
        ORDER BY keptFrom LIMIT 1
        """

    private static let isNobodysOrigin = "NOT EXISTS (SELECT 1 FROM run AS retry WHERE retry.retryOf = run.id)"

    static let nextEnded = """
        SELECT id, taskID, repository FROM run
        WHERE finishedAt IS NOT NULL AND keptFrom < ? AND \(isNobodysOrigin) ORDER BY keptFrom LIMIT 1
        """

    /// By its index on task and id, from the oldest: the index by end would have all tasks' runs in it.
    static let nextOfTask = """
        SELECT id, taskID, repository FROM run INDEXED BY runOfTask
        WHERE taskID = ? AND id <= ? AND keptFrom < ? AND \(isNobodysOrigin) ORDER BY id LIMIT 1
        """

    static let overfull = """
        SELECT taskID FROM taskFigures WHERE succeeded + failed + cancelled + timedOut + lost - removed > ?
        """

    static let newestTooMany = """
        SELECT id FROM run INDEXED BY runOfTask WHERE taskID = ? AND finishedAt IS NOT NULL
        ORDER BY id DESC LIMIT 1 OFFSET ?
        """
}
