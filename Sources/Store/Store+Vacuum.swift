import GRDB

extension Store {
    /// How many pages one write gives back.
    private static let pagesPerWrite = 64
    /// How many free pages stay, which the next writes take.
    private static let sparePages = 256

    /// Gives a little of the database's free room back to the file system; false when there is no more to give.
    ///
    /// A database from before this was possible keeps its room for later writes.
    package func giveBackRoom() async throws -> Bool {
        let spare = Self.sparePages
        let isWorthIt = try await read { db in
            try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2
                && Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 > spare
        }
        guard isWorthIt else { return false }
        return try await writer.write(rows: StoreWriter.maximumRows) { db, _ in
            try db.execute(sql: "PRAGMA incremental_vacuum(\(Self.pagesPerWrite))")
            return try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 > spare
        }
    }
}
