/// What is known of a token; the token itself is known to its holder alone.
package struct AccessToken: Hashable, Sendable {
    package typealias ID = Model.ID<AccessToken>

    package let id: ID
    /// Unique among the tokens that are not revoked.
    package let name: String
    package let role: AccessRole
    package let createdAt: Timestamp
    /// The hour in which it was last used, so that use costs no write per request.
    package var lastUsedAt: Timestamp?
    /// Nil for a token that does not end by itself.
    package let expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: ID,
        name: String,
        role: AccessRole,
        createdAt: Timestamp,
        lastUsedAt: Timestamp? = nil,
        expiresAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    /// Whether it opens nothing any more because its time is over.
    package func hasExpired(at now: Timestamp) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }
}
