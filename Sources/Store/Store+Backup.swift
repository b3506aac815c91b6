import GRDB

extension Store {
    /// The name's ending of what is not whole yet; what has it at a start was left by a crash.
    static let unfinished = ".part"
    /// How much room stays beside a copy.
    private static let margin: Int64 = 16 << 20

    /// Copies the database as it is now; whoever writes meanwhile goes on.
    ///
    /// - Returns: The copy, as long as somebody holds it.
    /// - Throws: `StoreError` `.conflict` while another backup is held, `.noRoom` when the disk has too little room.
    package func backup() async throws -> BackupFile {
        guard let turn = backups.take() else {
            throw StoreError(.conflict, "Another backup is being made; try again when it is done.")
        }
        let path = "\(folder)/caretaker.sqlite.backup\(Self.unfinished)"
        try await read { [folder] db in
            try Self.makeSureOfRoom(for: db, in: folder)
            try DatabaseCopy.make(of: db, at: path)
        }
        return try BackupFile(path: path, turn: turn)
    }

    /// Looks whether there is room for a copy of a database beside it.
    static func makeSureOfRoom(for db: Database, in folder: String) throws {
        let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let size = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        guard let room = DiskRoom(folder: folder), room.available < pages * size + margin else { return }
        throw StoreError(
            .noRoom,
            """
            There is no room in \(folder) for a copy of the database: it takes \((pages * size + margin) >> 20) MiB, and \
            \(room.available >> 20) MiB are free.
            """
        )
    }
}
