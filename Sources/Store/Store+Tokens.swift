import Foundation
import GRDB
package import Model

/// A token, and what its text is compared with.
package struct KnownToken: Hashable, Sendable {
    package var token: AccessToken
    /// The SHA-256 of its text.
    package let hash: [UInt8]
}

extension Store {
    /// All tokens in the order of their making, revoked ones too.
    package var tokens: [AccessToken] { access.tokens }

    /// The token of an id, whether it still opens anything or not.
    package func token(_ id: AccessToken.ID) -> KnownToken? { access.token(id) }

    /// Adds a token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - hash: The SHA-256 of its text.
    /// - Throws: `StoreError` `.conflict` when another that is not revoked has its name.
    package func add(_ token: AccessToken, hash: [UInt8]) async throws {
        try await writer.write { db, _ in
            let sql = "SELECT 1 FROM token WHERE name = ? AND revokedAt IS NULL"
            guard try Row.fetchOne(db, sql: sql, arguments: [token.name]) == nil else {
                throw StoreError(.conflict, "There is a token \(token.name) already; revoke it first.")
            }
            try db.execute(
                sql: "INSERT INTO token (id, name, role, hash, createdAt, expiresAt) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    token.id, token.name, token.role.rawValue, Data(hash), token.createdAt, token.expiresAt,
                ]
            )
        }
        access.put(KnownToken(token: token, hash: hash))
    }

    /// Revokes a token and ends its sessions; one that is revoked stays so.
    ///
    /// - Parameter nameOrID: A name stands for the token of that name that is not revoked.
    /// - Returns: The token as it is afterwards.
    /// - Throws: `StoreError` `.notFound`.
    package func revokeToken(_ nameOrID: String) async throws -> AccessToken {
        let now = clock.now
        let revoked = try await writer.write { db, _ in
            let sql = """
                SELECT * FROM token WHERE id = ?1 OR (name = ?1 AND revokedAt IS NULL) ORDER BY id = ?1 DESC LIMIT 1
                """
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [nameOrID]) else {
                throw StoreError(.notFound, "There is no token \(nameOrID).")
            }
            var token = try AccessToken(row)
            guard token.revokedAt == nil else { return token }
            try db.execute(sql: "UPDATE token SET revokedAt = ? WHERE id = ?", arguments: [now, token.id])
            try db.execute(sql: "DELETE FROM session WHERE tokenID = ?", arguments: [token.id])
            token.revokedAt = now
            return token
        }
        if let time = revoked.revokedAt { access.revoke(revoked.id, at: time) }
        return revoked
    }

    /// Notes that a token was used; the hour reaches the database with `keepTokenUses`.
    package func noteUse(of token: AccessToken.ID) {
        let hour = clock.now.milliseconds / 3_600_000 * 3_600_000
        access.note(useOf: token, at: Timestamp(milliseconds: hour))
    }

    /// Writes when tokens were last used, as far as that is not written yet.
    package func keepTokenUses() async throws {
        let used = access.takeUsed()
        guard !used.isEmpty else { return }
        do {
            try await writer.write(rows: used.count) { db, _ in
                for token in used {
                    let arguments: StatementArguments = [token.lastUsedAt, token.id]
                    try db.execute(sql: "UPDATE token SET lastUsedAt = ? WHERE id = ?", arguments: arguments)
                }
            }
        } catch {
            access.putBack(used)
            throw error
        }
    }
}

extension AccessToken {
    init(_ row: Row) throws {
        let role: String = row["role"]
        guard let role = AccessRole(rawValue: role) else {
            throw StoreError(.unusable, "A token's row holds the role \(role).")
        }
        self.init(
            id: row["id"],
            name: row["name"],
            role: role,
            createdAt: row["createdAt"],
            lastUsedAt: row["lastUsedAt"],
            expiresAt: row["expiresAt"],
            revokedAt: row["revokedAt"]
        )
    }
}
