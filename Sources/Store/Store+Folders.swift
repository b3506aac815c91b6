import GRDB
package import Model

/// A folder of a run that is to be removed: its row is gone, or what the agent made has expired.
package struct ExpiredFolder: Hashable, Sendable {
    package var run: Run.ID
    /// As the run named it.
    package var repository: String
}

extension Store {
    /// Some of the folders that are to be removed.
    package func expiredFolders(limit: Int) async throws -> [ExpiredFolder] {
        try await read { db in
            let sql = "SELECT runID, repository FROM expiredFolder ORDER BY runID LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [limit]).map {
                ExpiredFolder(run: $0["runID"], repository: $0["repository"])
            }
        }
    }

    /// Takes note of folders that are removed.
    package func forgetFolders(of runs: [Run.ID]) async throws {
        guard !runs.isEmpty else { return }
        try await writer.write(rows: runs.count) { db, _ in
            let statement = try db.cachedStatement(sql: "DELETE FROM expiredFolder WHERE runID = ?")
            for run in runs { try statement.execute(arguments: [run]) }
        }
    }
}
