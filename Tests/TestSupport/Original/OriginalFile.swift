import Foundation
import GRDB

/// A database of claude-code-runner, as Prisma writes it.
package final class OriginalFile: Sendable {
    package let path: String
    private let queue: DatabaseQueue

    /// Makes one.
    ///
    /// - Parameters:
    ///   - path: A file that is not there.
    ///   - hasLog: Whether it has a write-ahead log.
    ///   - migrations: How many of the migrations were made.
    /// - Throws: GRDB's error.
    package init(_ path: String, hasLog: Bool = false, migrations: Int = .max) throws {
        self.path = path
        queue = try DatabaseQueue(path: path)
        if hasLog {
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        }
        for migration in OriginalSchema.migrations.prefix(migrations) {
            try queue.writeWithoutTransaction { try $0.execute(sql: migration) }
        }
    }

    /// Closes it, which moves its log into the file.
    package func close() throws { try queue.close() }

    package func execute(_ sql: String) throws { try queue.writeWithoutTransaction { try $0.execute(sql: sql) } }

    package func addTask(
        _ id: String,
        _ name: String,
        steps: String = #"[{"instructions":"Tidy up.","checks":"It is tidy."}]"#,
        createdAt: Int64 = 1_747_500_000_000,
        updatedAt: Int64 = 1_747_600_000_000
    ) throws {
        try queue.write { db in
            try db.execute(
                sql: "INSERT INTO Task (id, createdAt, updatedAt, name, steps) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, createdAt, updatedAt, name, steps]
            )
        }
    }

    package func addRun(
        _ id: String,
        of task: String,
        name: String = "Tidy",
        steps: String = #"[{"instructions":"Tidy up.","checks":"It is tidy."}]"#,
        messages: String = "[]",
        createdAt: Int64 = 1_747_500_000_000,
        updatedAt: Int64 = 1_747_500_060_000
    ) throws {
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO TaskRun (id, createdAt, updatedAt, taskId, name, repository, steps, messages)
                    VALUES (?, ?, ?, ?, ?, 'octocat/Hello-World', ?, ?)
                    """,
                arguments: [id, createdAt, updatedAt, task, name, steps, messages]
            )
        }
    }

    package func addInstance(of run: String) throws {
        try execute("INSERT INTO ClaudeInstance VALUES ('i-\(run)', '\(run)', 'Unnamed Instance', 4711, 0, 0)")
    }

    /// What the original keeps of a run: what it says itself, then the agent's messages.
    package static func conversation(_ count: Int, size: Int = 0) -> String {
        let filling = String(repeating: "x", count: size)
        let first =
            #"{"type":"internal","session_id":"","message":{"role":"internal","content":[{"internal":true,"type":"update","data":"Executing prompt..."}]}}"#
        let others = (1..<max(count, 1)).map { number in
            #"{"type":"assistant","message":{"id":"m\#(number)","type":"message","role":"assistant","model":"claude-3-7-sonnet-20250219","content":[{"type":"text","text":"Äußerst \#(number) ordentlich [\"}\\\" \#(filling)"}],"usage":{"input_tokens":4,"output_tokens":23}},"session_id":"s"}"#
        }
        return count == 0 ? "[]" : "[" + ([first] + others).joined(separator: ",") + "]"
    }
}
