package import AgentStream
import GRDB
package import Model

extension Store {
    /// The execution of a step, made before its agent is started.
    package func execution(of run: Run.ID, step: Int) async throws -> Execution {
        let id = Execution.ID(at: clock.now)
        return try await writer.write { db, _ in
            try db.execute(
                sql: "INSERT INTO execution (id, runID, step) VALUES (?, ?, ?) ON CONFLICT (runID, step) DO NOTHING",
                arguments: [id, run, step]
            )
            guard let execution = try Self.executions(db, of: run).first(where: { $0.step == step }) else {
                throw StoreError(.notFound, "Run \(run) has no execution of step \(step).")
            }
            return execution
        }
    }

    /// The executions of a run in the order of their steps.
    package func executions(of run: Run.ID) async throws -> [Execution] {
        try await read { try Self.executions($0, of: run) }
    }

    /// Keeps what an execution used, and the sum of all as the run's.
    package func setUsage(_ usage: AgentUsage, of execution: Execution) async throws {
        try await writer.write { db, _ in
            try db.execute(
                sql: "UPDATE execution SET usage = ? WHERE id = ?",
                arguments: [try JSONText.encode(usage), execution.id]
            )
            let all = try Self.executions(db, of: execution.runID).compactMap(\.usage)
            let sum = all.dropFirst().reduce(all.first ?? usage, +)
            try db.execute(
                sql: "UPDATE run SET usage = ?, costUSD = ? WHERE id = ?",
                arguments: [try JSONText.encode(sum), sum.costUSD, execution.runID]
            )
        }
    }

    /// Keeps what an execution's agent says that it is; the run's is that of its first execution.
    package func setAgent(_ agent: AgentIdentity, of execution: Execution) async throws {
        try await writer.write { db, _ in
            let text = try JSONText.encode(agent)
            try db.execute(sql: "UPDATE execution SET agent = ? WHERE id = ?", arguments: [text, execution.id])
            try db.execute(
                sql: "UPDATE run SET agent = coalesce(agent, ?) WHERE id = ?",
                arguments: [text, execution.runID]
            )
        }
    }

    private static func executions(_ db: Database, of run: Run.ID) throws -> [Execution] {
        try Row.fetchAll(db, sql: "SELECT * FROM execution WHERE runID = ? ORDER BY step", arguments: [run]).map {
            row in
            let exit: String? = row["exit"]
            let usage: String? = row["usage"]
            let agent: String? = row["agent"]
            return Execution(
                id: row["id"],
                runID: run,
                step: row["step"],
                line: row["line"],
                exit: try exit.map { try JSONText.decode(AgentExitRecord.self, $0) },
                usage: try usage.map { try JSONText.decode(AgentUsage.self, $0) },
                agent: try agent.map { try JSONText.decode(AgentIdentity.self, $0) },
                unstored: row["unstored"]
            )
        }
    }
}
