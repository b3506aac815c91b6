import GRDB
package import Model

/// What is going on, as of one moment.
package struct StoreOverview: Sendable {
    /// A run at work, and how far it is.
    package struct Active: Sendable {
        package var run: Run
        package var steps: Int
        /// The step that it is at, from 1; 0 before the first.
        package var step: Int
        package var messages: Int
    }

    package var active: [Active] = []
    package var activeCount = 0
    /// The first in the queue, in its order.
    package var queued: [Run] = []
    package var queuedCount = 0
    /// The runs that ended last, newest first.
    package var ended: [Run] = []
    package var today: [DayFigures] = []
    package var pauseOfAll = PauseOfAll()
}

extension Store {
    /// What is going on, with at most `limit` runs of each kind.
    package func overview(limit: Int) async throws -> StoreOverview {
        let today = clock.now.day
        return try await read { db in
            var overview = StoreOverview()
            overview.active = try Self.active(db, limit)
            overview.activeCount = try Self.count(db, "state IN ('starting', 'running')")
            overview.queued = try Self.runs(db, "state = 'queued' ORDER BY priority DESC, id", limit)
            overview.queuedCount = try Self.count(db, "state = 'queued'")
            overview.ended = try Self.runs(db, "finishedAt IS NOT NULL ORDER BY finishedAt DESC", limit)
            overview.today = try Self.figures(db, of: today...today, task: nil)
            overview.pauseOfAll = try Self.pauseOfAll(db)
            return overview
        }
    }

    private static func active(_ db: Database, _ limit: Int) throws -> [StoreOverview.Active] {
        try runs(db, "state IN ('starting', 'running') ORDER BY id", limit).map { run in
            let steps = "SELECT json_array_length(steps) FROM taskVersion WHERE taskID = ? AND version = ?"
            let step = "SELECT max(step) FROM execution WHERE runID = ?"
            let messages = "SELECT max(seq) FROM message WHERE runID = ?"
            return StoreOverview.Active(
                run: run,
                steps: try Int.fetchOne(db, sql: steps, arguments: [run.taskID, run.taskVersion]) ?? 0,
                step: try Int.fetchOne(db, sql: step, arguments: [run.id]).map { $0 + 1 } ?? 0,
                messages: try Int.fetchOne(db, sql: messages, arguments: [run.id]) ?? 0
            )
        }
    }

    private static func runs(_ db: Database, _ condition: String, _ limit: Int) throws -> [Run] {
        try Row.fetchAll(db, sql: "\(runSelection) WHERE \(condition) LIMIT ?", arguments: [limit])
            .map(Run.init(_:))
    }

    private static func count(_ db: Database, _ condition: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM run WHERE \(condition)") ?? 0
    }
}
