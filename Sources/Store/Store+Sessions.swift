import Foundation
import GRDB
package import Model

/// Somebody who signed in.
package struct AccessSession: Hashable, Sendable {
    /// The token that was shown; nil for the one in the file of the configuration.
    package let token: AccessToken.ID?
    /// The SHA-256 of the file's token as it was then, so that another file ends the session.
    package let fileHash: [UInt8]?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp

    package init(token: AccessToken.ID?, fileHash: [UInt8]?, createdAt: Timestamp, expiresAt: Timestamp) {
        self.token = token
        self.fileHash = fileHash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

extension Store {
    /// How many sessions one token may have; the oldest end first.
    private static let sessionsPerToken = 100

    /// The session whose secret has this SHA-256, ended or not.
    package func session(_ hash: [UInt8]) -> AccessSession? { access.session(hash) }

    /// Adds a session, and removes those whose time is over.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - hash: The SHA-256 of its secret.
    /// - Throws: `StoreError` `.conflict` when its token was revoked meanwhile.
    package func add(_ session: AccessSession, hash: [UInt8]) async throws {
        let now = clock.now
        let removed = try await writer.write { db, _ in
            if let token = session.token {
                let sql = "SELECT 1 FROM token WHERE id = ? AND revokedAt IS NULL"
                guard try Row.fetchOne(db, sql: sql, arguments: [token]) != nil else {
                    throw StoreError(.conflict, "The token is revoked.")
                }
            }
            try db.execute(
                sql: "INSERT INTO session (hash, tokenID, fileHash, createdAt, expiresAt) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    Data(hash), session.token, session.fileHash.map { Data($0) }, session.createdAt,
                    session.expiresAt,
                ]
            )
            return try Self.trimSessions(db, of: session.token, now: now)
        }
        access.put(session, hash)
        access.removeSessions(removed)
    }

    /// Ends a session.
    package func removeSession(_ hash: [UInt8]) async throws {
        access.removeSessions([hash])
        try await writer.write { db, _ in
            try db.execute(sql: "DELETE FROM session WHERE hash = ?", arguments: [Data(hash)])
        }
    }

    private static func trimSessions(
        _ db: Database,
        of token: AccessToken.ID?,
        now: Timestamp
    ) throws -> [[UInt8]] {
        let sql = """
            DELETE FROM session WHERE expiresAt <= ? OR hash IN
                (SELECT hash FROM session WHERE tokenID IS ? ORDER BY createdAt DESC, hash LIMIT -1 OFFSET ?)
            RETURNING hash
            """
        return try Row.fetchAll(db, sql: sql, arguments: [now, token, sessionsPerToken]).map {
            [UInt8]($0["hash"] as Data)
        }
    }
}

extension AccessSession {
    init(_ row: Row) {
        self.init(
            token: row["tokenID"],
            fileHash: (row["fileHash"] as Data?).map { [UInt8]($0) },
            createdAt: row["createdAt"],
            expiresAt: row["expiresAt"]
        )
    }
}
