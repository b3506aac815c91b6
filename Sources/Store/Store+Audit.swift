import GRDB
package import Model

/// An entry of the audit with its place in the list.
package struct NumberedAuditEntry: Hashable, Sendable {
    package let number: Int64
    package let entry: AuditEntry
}

extension Store {
    /// Which entries of the audit are wanted.
    package struct AuditFilter: Hashable, Sendable {
        package var since: Timestamp?
        /// Only entries with lower numbers than this one.
        package var before: Int64?
        package var limit: Int

        package init(since: Timestamp? = nil, before: Int64? = nil, limit: Int = 100) {
            self.since = since
            self.before = before
            self.limit = limit
        }
    }

    /// Adds an entry to the list of who changed what.
    package func audit(_ entry: AuditEntry) async throws {
        try await writer.write { db, _ in
            try db.execute(
                sql: """
                    INSERT INTO audit (at, actor, role, via, procedure, outcome, target, detail)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.at, entry.actor, entry.role.rawValue, entry.via.rawValue, entry.procedure,
                    entry.outcome.rawValue, entry.target, entry.detail,
                ]
            )
        }
    }

    /// The newest entries that fit, the newest first.
    package func audit(_ filter: AuditFilter) async throws -> [NumberedAuditEntry] {
        try await read { db in
            let sql = """
                SELECT * FROM audit WHERE at >= ? AND number < ? ORDER BY number DESC LIMIT ?
                """
            let arguments: StatementArguments = [
                filter.since ?? Timestamp(milliseconds: .min), filter.before ?? .max, filter.limit,
            ]
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(NumberedAuditEntry.init(_:))
        }
    }
}

extension NumberedAuditEntry {
    fileprivate init(_ row: Row) throws {
        let (role, via, outcome): (String, String, String) = (row["role"], row["via"], row["outcome"])
        guard let role = AccessRole(rawValue: role), let via = AuditEntry.Via(rawValue: via),
            let outcome = AuditEntry.Outcome(rawValue: outcome)
        else { throw StoreError(.unusable, "A row of the audit holds \(role), \(via) and \(outcome).") }
        number = row["number"]
        entry = AuditEntry(
            at: row["at"],
            actor: row["actor"],
            role: role,
            via: via,
            procedure: row["procedure"],
            outcome: outcome,
            target: row["target"],
            detail: row["detail"]
        )
    }
}
