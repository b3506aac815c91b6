import Foundation
import GRDB
import Model

/// The floor: the same rows in a table of the same shape, in transactions of as many rows, with nothing round them.
struct PlainTable {
    private let queue: DatabaseQueue

    init(_ folder: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        queue = try DatabaseQueue(path: "\(folder)/plain.sqlite", configuration: configuration)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE message (runID TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
                        step INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (runID, seq)) STRICT
                    """
            )
        }
    }

    func measure(_ workload: Workload, count: Int) async throws -> Measurement {
        let rows = min(512, workload.lines * workload.runs)
        let processor = Measurement.processorSeconds
        let times = try await queue.writeWithoutTransaction { db in
            try Self.insert(db, transactions: max(1, count / rows), rows: rows)
        }
        let measurement = Measurement(
            messages: times.count * rows,
            seconds: times.reduce(0, +),
            processorSeconds: Measurement.processorSeconds - processor,
            times: times
        )
        try queue.close()
        return measurement
    }

    private static func insert(_ db: Database, transactions: Int, rows: Int) throws -> [Double] {
        let body = Data(repeating: UInt8(ascii: "x"), count: StoreBenchmark.bodyBytes)
        let insertion = try db.makeStatement(sql: "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?)")
        var times: [Double] = []
        for group in 0..<transactions {
            let begin = ContinuousClock.now
            try db.beginTransaction(.immediate)
            for row in 0..<rows {
                let seq = group * rows + row + 1
                insertion.setUncheckedArguments(["01arz3ndektsv4rrffq69g5fav", seq, 0, 0, "assistant", body])
                try insertion.execute()
            }
            try db.commit()
            times.append((ContinuousClock.now - begin).seconds)
        }
        return times
    }
}
