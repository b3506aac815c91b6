import GRDB
import GRDBSQLite

/// Reads the bytes of one column of one row in pieces, so that a large one need not be in memory.
///
/// It is the one place that calls SQLite itself: GRDB has nothing for this.
final class ColumnBytes {
    let count: Int
    private let blob: OpaquePointer

    /// Opens a column that holds text or bytes.
    ///
    /// - Parameters:
    ///   - db: The database, which must stay open.
    ///   - table: The table.
    ///   - column: The column.
    ///   - row: The row's `rowid`.
    /// - Throws: `DatabaseError`, also when the column holds something else.
    init(_ db: Database, table: String, column: String, row: Int64) throws {
        var blob: OpaquePointer?
        let code = sqlite3_blob_open(db.sqliteConnection, "main", table, column, row, 0, &blob)
        guard code == SQLITE_OK, let blob else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        self.blob = blob
        count = Int(sqlite3_blob_bytes(blob))
    }

    deinit {
        sqlite3_blob_close(blob)
    }

    /// Some bytes from an offset on, as many as are wanted and there.
    func read(at offset: Int, upTo limit: Int) throws -> [UInt8] {
        let length = min(limit, count - offset)
        guard length > 0 else { return [] }
        var code = SQLITE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
            code = sqlite3_blob_read(blob, buffer.baseAddress, Int32(length), Int32(offset))
            filled = code == SQLITE_OK ? length : 0
        }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        return bytes
    }
}
