import Foundation
import GRDB
package import Model

/// What one piece of an agent's output becomes.
package enum IngestedLine: Hashable, Sendable {
    case message(NewMessage)
    /// A line that moves the cursor and is shown live, but is no message.
    case partial([UInt8])
}

/// Messages in order, and whether the run had ended when they were read.
package struct MessagePage: Sendable {
    package let messages: [Message]
    package let isFinal: Bool
}

extension Store {
    /// Stores lines of an execution and moves its cursor past them, in one transaction.
    ///
    /// - Parameters:
    ///   - lines: What the lines became, in order.
    ///   - execution: The execution as the caller knows it; its `line` must still be the stored cursor.
    ///   - exit: The exit record, when it was among the lines.
    ///   - line: The cursor after the lines.
    ///   - limit: How much is stored of the run; nil for everything.
    /// - Throws: `StoreError` `.stale` when the cursor is elsewhere, so that no line is stored twice.
    package func append(
        _ lines: [IngestedLine],
        to execution: Execution,
        exit: AgentExitRecord?,
        line: Int,
        limit: TranscriptLimit? = nil
    ) async throws {
        let now = clock.now
        let bytes = lines.reduce(0) { $0 + $1.bytes.count }
        try await writer.write(rows: lines.count, bytes: bytes) { db, effects in
            let said = try Self.said(db, in: execution.runID)
            var share = TranscriptShare(limit: limit?.bytes ?? .max, before: said.bytes)
            let kept = lines.filter { line in
                if case .message(let message) = line { share.takes(message.body.count) } else { true }
            }
            try Self.moveCursor(db, of: execution, to: line, exit: exit, share)
            try Self.requireUnfinished(db, execution.runID)
            var numbering = try Numbering(db, run: execution.runID, at: now, step: execution.step)
            var items = try kept.map { line in
                switch line {
                case .message(let message): CommitEffects.Item.message(try numbering.insert(message))
                case .partial(let bytes): CommitEffects.Item.partial(bytes)
                }
            }
            if let limit, share.unstored > 0, said.unstored == 0 {
                items.append(.message(try numbering.insert(NewMessage(kind: .notice, body: limit.notice))))
            }
            effects.add(items, to: execution.runID)
        }
    }

    /// What all agents of a run have said so far, and how many of the messages are not stored.
    private static func said(_ db: Database, in run: Run.ID) throws -> (bytes: Int, unstored: Int) {
        let statement = try db.cachedStatement(
            sql: "SELECT coalesce(sum(bytes), 0), coalesce(sum(unstored), 0) FROM execution WHERE runID = ?"
        )
        let row = try Row.fetchOne(statement, arguments: [run])
        return (row?[0] ?? 0, row?[1] ?? 0)
    }

    /// Stores a notice of the service unless the same is there for that step.
    package func appendNotice(_ body: [UInt8], to run: Run.ID, step: Int) async throws {
        let now = clock.now
        try await writer.write(bytes: body.count) { db, effects in
            try Self.insertNotice(db, body, to: run, step: step, now: now, effects: &effects)
        }
    }

    /// Messages with numbers above `seq`, about `limit` bytes of them but at least one if there is one.
    package func page(of run: Run.ID, after seq: Int, limit: Int) async throws -> MessagePage {
        try await read { db in
            let row = try Row.fetchOne(db, sql: "SELECT state, transcript FROM run WHERE id = ?", arguments: [run])
            guard let row else { throw StoreError(.notFound, "There is no run \(run).") }
            // What is left of an expired one is about to go, and no story.
            guard row["transcript"] == "kept" else { return MessagePage(messages: [], isFinal: true) }
            let state: String = row["state"]
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: "SELECT seq, at, step, kind, body FROM message WHERE runID = ? AND seq > ? ORDER BY seq"
                ),
                arguments: [run, seq]
            )
            var messages: [Message] = []
            var bytes = 0
            while bytes < limit, let row = try rows.next() {
                let message = try Message(row, run: run)
                bytes += message.body.count + 64
                messages.append(message)
            }
            let isFinal = RunState.Name(rawValue: state).map { !RunState.unfinished.contains($0) } ?? true
            return MessagePage(messages: messages, isFinal: isFinal)
        }
    }

    /// The messages of one step in order, handed over one by one so that memory stays bounded.
    package func foldMessages<Value: Sendable>(
        of execution: Execution,
        into initial: Value,
        _ take: @escaping @Sendable (inout Value, Message) -> Void
    ) async throws -> Value {
        try await read { db in
            var value = initial
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT seq, at, step, kind, body FROM message WHERE runID = ? AND step = ? ORDER BY seq",
                arguments: [execution.runID, execution.step]
            )
            while let row = try rows.next() {
                let message = try Message(row, run: execution.runID)
                if message.kind != .notice { take(&value, message) }
            }
            return value
        }
    }

    /// The messages of a run from a number on, live until the run has ended.
    package func messages(of run: Run.ID, after seq: Int) -> RunStream {
        RunStream(store: self, run: run, after: seq)
    }

    private static func moveCursor(
        _ db: Database,
        of execution: Execution,
        to line: Int,
        exit: AgentExitRecord?,
        _ share: TranscriptShare
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE execution SET line = ?, exit = coalesce(?, exit), bytes = bytes + ?, unstored = unstored + ?
                WHERE id = ? AND line = ? AND exit IS NULL
                """
        )
        try statement.execute(arguments: [
            line, try exit.map(JSONText.encode), share.bytes, share.unstored, execution.id, execution.line,
        ])
        guard db.changesCount == 1 else {
            throw StoreError(.stale, "Line \(execution.line) of execution \(execution.id) was taken already.")
        }
    }

    static func requireUnfinished(_ db: Database, _ run: Run.ID) throws {
        let statement = try db.cachedStatement(sql: "SELECT state FROM run WHERE id = ?")
        let state = try String.fetchOne(statement, arguments: [run]).flatMap(RunState.Name.init(rawValue:))
        guard let state, RunState.unfinished.contains(state) else {
            throw StoreError(.conflict, "Run \(run) has ended.")
        }
    }

    static func insertNotice(
        _ db: Database,
        _ body: [UInt8],
        to run: Run.ID,
        step: Int,
        now: Timestamp,
        effects: inout CommitEffects
    ) throws {
        let exists = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM message
                WHERE runID = ? AND step = ? AND kind = 'notice' AND body = ?)
                """,
            arguments: [run, step, Data(body)]
        )
        guard exists != true else { return }
        try requireUnfinished(db, run)
        var numbering = try Numbering(db, run: run, at: now, step: step)
        effects.add([.message(try numbering.insert(NewMessage(kind: .notice, body: body)))], to: run)
    }
}

/// Gives messages of one run their numbers and inserts them.
struct Numbering {
    private let insertion: Statement
    private let run: Run.ID
    private let at: Timestamp
    private let step: Int
    private var last: Int

    init(_ db: Database, run: Run.ID, at: Timestamp, step: Int) throws {
        insertion = try db.cachedStatement(
            sql: "INSERT INTO message (runID, seq, at, step, kind, body) VALUES (?, ?, ?, ?, ?, ?)"
        )
        let newest = try db.cachedStatement(sql: "SELECT max(seq) FROM message WHERE runID = ?")
        last = try Int.fetchOne(newest, arguments: [run]) ?? 0
        self.run = run
        self.at = at
        self.step = step
    }

    mutating func insert(_ new: NewMessage) throws -> Message {
        last += 1
        insertion.setUncheckedArguments([run, last, at, step, new.kind.rawValue, Data(new.body)])
        try insertion.execute()
        return Message(runID: run, seq: last, at: at, step: step, kind: new.kind, body: new.body)
    }
}

extension Message {
    fileprivate init(_ row: Row, run: Run.ID) throws {
        self.init(
            runID: run,
            seq: row["seq"],
            at: row["at"],
            step: row["step"],
            kind: Kind(rawValue: row["kind"]) ?? .other,
            body: try row.withUnsafeData(named: "body") { [UInt8]($0 ?? Data()) }
        )
    }
}

extension IngestedLine {
    fileprivate var bytes: [UInt8] {
        switch self {
        case .message(let message): message.body
        case .partial(let line): line
        }
    }
}
