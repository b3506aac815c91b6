import AgentStream
import Foundation
import GRDB
import Model
import Testing

@testable import Store

struct SchemaTests {
    @Test
    func theWriterSyncsEveryCommit() async throws {
        let scratch = try Scratch()
        let synchronous = try await scratch.store.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA synchronous")
        }
        #expect(synchronous == 2)
    }

    @Test(arguments: [
        ("journal_mode", "wal"), ("page_size", "16384"), ("foreign_keys", "1"), ("integrity_check", "ok"),
    ])
    func thePragmaReads(_ name: String, _ value: String) async throws {
        let scratch = try Scratch()
        let sql = "SELECT CAST(\(name) AS TEXT) FROM pragma_\(name)"
        #expect(try await scratch.value(String.self, sql) == value)
        let writers = try await scratch.store.pool.writeWithoutTransaction { try String.fetchOne($0, sql: sql) }
        #expect(writers == value)
    }

    @Test
    func everyTableIsStrict() async throws {
        let scratch = try Scratch()
        let lax = try await scratch.store.pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND schema = 'main'
                        AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
                    """
            )
        }
        #expect(lax == [])
    }

    @Test
    func onlyTheOwnerMayReadTheFiles() async throws {
        let scratch = try Scratch()
        _ = try await scratch.makeTask()
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(Set(names) == ["caretaker.sqlite", "caretaker.sqlite-wal", "caretaker.sqlite-shm"])
        for name in names {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.folder)/\(name)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test
    func everythingIsThereAfterReopening() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append([line(1), line(2)], to: execution)
        let before = try await scratch.store.run(run.id)
        let schema = try await scratch.value(String.self, "SELECT group_concat(sql) FROM sqlite_schema")
        try await scratch.store.close()
        for _ in 0..<3 {
            let again = try Store(folder: scratch.folder, clock: scratch.clock)
            #expect(try await again.run(run.id) == before)
            #expect(try await again.page(of: run.id, after: 0, limit: .max).messages.count == 2)
            let same = try await again.pool.read {
                try String.fetchOne($0, sql: "SELECT group_concat(sql) FROM sqlite_schema")
            }
            #expect(same == schema)
            try await again.close()
        }
    }

    @Test
    func aDatabaseOfANewerVersionIsRefusedAndKept() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        try await scratch.store.pool.write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
        }
        try await scratch.store.close()
        #expect {
            _ = try Store(folder: scratch.folder, clock: scratch.clock)
        } throws: {
            ($0 as? StoreError)?.code == .newerSchema
        }
        let queue = try DatabaseQueue(path: "\(scratch.folder)/caretaker.sqlite")
        let slug = try await queue.read { try String.fetchOne($0, sql: "SELECT slug FROM task") }
        #expect(slug == task.slug)
        let migrations = try await queue.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations")
        }
        #expect(migrations == Store.migrator().migrations.count + 1)
    }

    @Test
    func aDatabaseOfAnEarlierVersionIsMigratedWithAllThatIsInIt() async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let old = try DatabasePool(path: "\(folder)/caretaker.sqlite")
        try Store.migrator().migrate(old, upTo: "1 tasks, runs and messages")
        try await old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO task VALUES ('t', 'tidy', 1, 0, 0, NULL);
                    INSERT INTO taskVersion VALUES ('t', 1, 0, 'Tidy', '[{"instructions":"Do.","checks":""}]', '{}');
                    INSERT INTO run (id, taskID, taskVersion, repository, priority, state, session, createdAt,
                        updatedAt, usage) VALUES ('r', 't', 1, 'https://example.org/r', 0, 'succeeded', 's', 0, 0,
                        '{"inputTokens":1,"outputTokens":2,"cacheReadTokens":0,"cacheCreationTokens":0,
                          "isEstimated":false,"turns":1}');
                    INSERT INTO execution (id, runID, step) VALUES ('e', 'r', 0);
                    """
            )
        }
        try old.close()
        let store = try Store(folder: folder, clock: TestClock())
        let run = try await store.run(Run.ID(rawValue: "r"))
        #expect(run.usage == AgentUsage(inputTokens: 1, outputTokens: 2, turns: 1))
        #expect(run.agent == nil)
        #expect(try await store.executions(of: run.id).map(\.id.rawValue) == ["e"])
        try await store.close()
    }

    @Test
    func aFolderThatIsNotThereIsUnusable() throws {
        #expect {
            _ = try Store(folder: "/nonexistent/folder", clock: TestClock())
        } throws: {
            ($0 as? StoreError)?.code == .unusable
        }
    }

    @Test
    func whatIsNoDatabaseIsRefusedAndKept() throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/caretaker.sqlite"
        let text = Data(repeating: 0x41, count: 20_000)
        try text.write(to: URL(filePath: path))
        #expect(throws: DatabaseError.self) { _ = try Store(folder: folder, clock: TestClock()) }
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }
}
