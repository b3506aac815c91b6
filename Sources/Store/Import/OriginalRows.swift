import Foundation
import GRDB
package import Model

/// A task of the original's, as far as its row can be read.
package struct OriginalTask: Hashable, Sendable {
    package let id: String
    package let createdAt: Timestamp?
    package let updatedAt: Timestamp?
    package let name: String
    /// Nil when the column holds no list of steps.
    package let steps: [Step]?

    /// The task of a row, whose id is in a column: a run's row has what its task was then.
    init(_ row: Row, id column: String = "id") {
        id = row.text(column)
        createdAt = row.time("createdAt")
        updatedAt = row.time("updatedAt")
        name = row.text("name")
        steps = row.steps("steps")
    }
}

/// A run of the original's without its messages, as far as its row can be read.
package struct OriginalRun: Hashable, Sendable {
    package let id: String
    package let task: OriginalTask
    package let repository: String
    /// How many bytes the text of its messages has.
    package let size: Int
    let row: Int64
    let hasText: Bool

    package var createdAt: Timestamp? { task.createdAt }
    package var updatedAt: Timestamp? { task.updatedAt }

    init(_ row: Row, _ db: Database) throws {
        let number: Int64 = row["rowid"]
        self.row = number
        id = row.text("id")
        task = OriginalTask(row, id: "taskId")
        repository = row.text("repository")
        let type: String? = row["type"]
        hasText = type == "text" || type == "blob"
        size = hasText ? try ColumnBytes(db, table: "TaskRun", column: "messages", row: number).count : 0
    }
}

extension Row {
    /// What a column holds, as text.
    fileprivate func text(_ column: String) -> String {
        switch (self[column] as DatabaseValue).storage {
        case .null: ""
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let data): String(decoding: data, as: UTF8.self)
        }
    }

    /// Prisma writes milliseconds since 1970, or ISO 8601; SQLite's own default is a text without zone, in UTC.
    fileprivate func time(_ column: String) -> Timestamp? {
        switch (self[column] as DatabaseValue).storage {
        case .int64(let number): Timestamp(original: number)
        case .double(let number): Int64(exactly: number.rounded()).flatMap(Timestamp.init(original:))
        case .string(let text): Timestamp(original: text)
        case .null, .blob: nil
        }
    }

    fileprivate func steps(_ column: String) -> [Step]? {
        guard let steps = try? JSONDecoder().decode([OriginalStep].self, from: Data(text(column).utf8)) else {
            return nil
        }
        return steps.map { Step(instructions: $0.instructions, checks: $0.checks ?? "") }
    }
}

private struct OriginalStep: Decodable {
    let instructions: String
    let checks: String?
}

extension Timestamp {
    /// Within the years that the wire can say.
    fileprivate init?(original milliseconds: Int64) {
        guard (0..<253_402_300_800_000).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }

    fileprivate init?(original text: String) {
        if let number = Int64(text) {
            self.init(original: number)
            return
        }
        let hasZone = text.hasSuffix("Z") || text.dropFirst(11).contains { "+-".contains($0) }
        let iso = text.replacingOccurrences(of: " ", with: "T") + (hasZone ? "" : "Z")
        let styles = [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()]
        guard let date = styles.lazy.compactMap({ try? Date(iso, strategy: $0) }).first else { return nil }
        self.init(original: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}
