import GRDB
package import Model

extension Store {
    /// The instances that have not stopped, and those that stopped within the last hour; oldest first.
    package func instances() async throws -> [Instance] {
        let hourAgo = clock.now + .seconds(-3600)
        return try await read { db in
            let sql = "SELECT * FROM instance WHERE state <> 'stopped' OR stoppedAt > ? ORDER BY id"
            return try Row.fetchAll(db, sql: sql, arguments: [hourAgo]).map(Instance.init(_:))
        }
    }

    package func instance(_ id: Instance.ID) async throws -> Instance {
        try await read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM instance WHERE id = ?", arguments: [id]) else {
                throw StoreError(.notFound, "Instance with id \(id) does not exist")
            }
            return try Instance(row)
        }
    }

    /// The instance of a run that was admitted.
    package func instance(of run: Run.ID) async throws -> Instance {
        try await read { db in
            guard let instance = try Self.instance(db, of: run) else {
                throw StoreError(.notFound, "Run \(run) has no instance.")
            }
            return instance
        }
    }

    static func instance(_ db: Database, of run: Run.ID) throws -> Instance? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM instance WHERE runID = ?")
        return try Row.fetchOne(statement, arguments: [run]).map(Instance.init(_:))
    }

    /// What tells this installation's containers from those of others on the same engine; made with the database.
    package func installation() async throws -> String {
        try await read { try String.fetchOne($0, sql: "SELECT id FROM installation") ?? "" }
    }

    /// Notes how a run's instance is, and what the engine calls the container that it was started in, if it was.
    package func setInstance(of run: Run.ID, to state: Instance.State, container: String? = nil) async throws {
        try await writer.write { db, _ in
            try db.execute(
                sql: """
                    UPDATE instance SET state = ?, container = coalesce(?, container)
                    WHERE runID = ? AND state <> 'stopped'
                    """,
                arguments: [state.rawValue, container, run]
            )
        }
    }

    static func insert(_ db: Database, _ instance: Instance) throws {
        try db.execute(
            sql: "INSERT INTO instance (id, runID, name, runtime, state, createdAt) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                instance.id, instance.runID, instance.name, instance.runtime.rawValue, instance.state.rawValue,
                instance.createdAt,
            ]
        )
    }
}

extension Instance {
    fileprivate init(_ row: Row) throws {
        let runtime: String = row["runtime"]
        let state: String = row["state"]
        guard let runtime = RuntimeKind(rawValue: runtime), let state = State(rawValue: state) else {
            throw StoreError(.unusable, "An instance's row holds \(runtime) and \(state).")
        }
        self.init(
            id: row["id"],
            runID: row["runID"],
            runtime: runtime,
            state: state,
            createdAt: row["createdAt"],
            stoppedAt: row["stoppedAt"],
            container: row["container"]
        )
    }
}
