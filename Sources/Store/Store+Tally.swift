import GRDB
import Model

/// The value of a counter that outlives the service.
package struct TalliedCount: Hashable, Sendable {
    package var family: String
    /// The labels' values, in the family's order.
    package var labels: [String]
    package var value: Double

    package init(family: String, labels: [String], value: Double) {
        self.family = family
        self.labels = labels
        self.value = value
    }
}

extension Store {
    /// What was kept of the counters.
    package func tally() async throws -> [TalliedCount] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT family, labels, value FROM tally ORDER BY family, labels").map { row in
                TalliedCount(
                    family: row["family"],
                    labels: try JSONText.decode([String].self, row["labels"]),
                    value: row["value"]
                )
            }
        }
    }

    /// Keeps counters; those that are not named stay as they were kept.
    package func keepTally(_ counts: [TalliedCount]) async throws {
        guard !counts.isEmpty else { return }
        try await writer.write(rows: counts.count) { db, _ in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO tally (family, labels, value) VALUES (?, ?, ?)
                    ON CONFLICT (family, labels) DO UPDATE SET value = excluded.value
                    """
            )
            for count in counts {
                try statement.execute(arguments: [count.family, try JSONText.encode(count.labels), count.value])
            }
        }
    }

    /// Looks whether the database can be read, and whether the writer gets to its work.
    package func check() async throws {
        _ = try await read { try Int.fetchOne($0, sql: "SELECT 1") }
        try await writer.write(rows: 0, bytes: 0) { _, _ in }
    }
}
