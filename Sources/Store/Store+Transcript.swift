import GRDB
package import Model

extension Store {
    /// The numbers of the last messages before one, as many as are wanted and about so many bytes; nil for none.
    package func window(of run: Run.ID, before seq: Int, count: Int, bytes: Int) async throws -> ClosedRange<Int>? {
        try await window(run, "seq < ? ORDER BY seq DESC", [run, seq, count], bytes)
    }

    /// The numbers of the first messages after one, as many as are wanted and about so many bytes; nil for none.
    package func window(of run: Run.ID, after seq: Int, count: Int, bytes: Int) async throws -> ClosedRange<Int>? {
        try await window(run, "seq > ? ORDER BY seq", [run, seq, count], bytes)
    }

    /// At least one message, however large it is; the lengths stand in the rows, so that no body is read.
    private func window(
        _ run: Run.ID,
        _ condition: String,
        _ arguments: StatementArguments,
        _ limit: Int
    ) async throws -> ClosedRange<Int>? {
        try await read { db in
            let sql = "SELECT seq, length(body) AS bytes FROM message WHERE runID = ? AND \(condition) LIMIT ?"
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
            var numbers: ClosedRange<Int>?
            var bytes = 0
            while bytes < limit, let row = try rows.next() {
                let seq: Int = row["seq"]
                bytes += row["bytes"] as Int
                numbers = numbers.map { min($0.lowerBound, seq)...max($0.upperBound, seq) } ?? seq...seq
            }
            return numbers
        }
    }

    /// The runs that repeat a run, oldest first.
    package func retries(of run: Run.ID) async throws -> [Run] {
        try await read { db in
            let sql = "\(Self.runSelection) WHERE run.retryOf = ? ORDER BY run.id LIMIT 50"
            return try Row.fetchAll(db, sql: sql, arguments: [run]).map(Run.init(_:))
        }
    }
}
