import GRDB
package import Model

extension Store {
    /// The number of a run's newest message; 0 before the first.
    ///
    /// - Throws: `StoreError` `.notFound` for a run that is not there.
    package func lastMessageNumber(of run: Run.ID) async throws -> Int {
        try await read { db in
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT (SELECT max(seq) FROM message WHERE runID = run.id) AS last FROM run WHERE id = ?"
                ),
                arguments: [run]
            )
            guard let row else { throw StoreError(.notFound, "There is no run \(run).") }
            return row["last"] ?? 0
        }
    }
}
