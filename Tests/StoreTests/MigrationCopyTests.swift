import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// What is kept of a database before its schema changes.
@Suite(.timeLimit(.minutes(1)))
struct MigrationCopyTests {
    private static func withOldDatabase(_ body: (_ folder: String) async throws -> Void) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let old = try DatabasePool(path: "\(folder)/caretaker.sqlite")
        try Store.migrator().migrate(old, upTo: "3 which installation this is")
        try await old.write { db in
            try db.execute(
                sql: """
                    INSERT INTO task VALUES ('t', 'tidy', 1, 0, 0, NULL);
                    INSERT INTO taskVersion VALUES ('t', 1, 0, 'Tidy', '[]', '{}');
                    """
            )
        }
        try old.close()
        try await body(folder)
    }

    private static func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains("before") }.sorted()
    }

    @Test func beforeAMigrationACopyIsKeptThatAnOlderVersionOpens() async throws {
        try await Self.withOldDatabase { folder in
            let store = try Store(folder: folder, clock: TestClock())
            try await store.close()
            #expect(try Self.names(folder) == ["caretaker.sqlite.before-4"])
            let copy = try DatabaseQueue(path: "\(folder)/caretaker.sqlite.before-4")
            let (applied, slug) = try await copy.read { db in
                (
                    try Store.migrator().appliedIdentifiers(db).count,
                    try String.fetchOne(db, sql: "SELECT slug FROM task")
                )
            }
            #expect(applied == 3 && slug == "tidy")
            try copy.close()
            // A start with nothing to migrate makes none.
            try FileManager.default.removeItem(atPath: "\(folder)/caretaker.sqlite.before-4")
            try await Store(folder: folder, clock: TestClock()).close()
            #expect(try Self.names(folder) == [])
        }
    }

    @Test func oneCopyIsKept() async throws {
        try await Self.withOldDatabase { folder in
            try Data([1]).write(to: URL(filePath: "\(folder)/caretaker.sqlite.before-2"))
            try await Store(folder: folder, clock: TestClock()).close()
            #expect(try Self.names(folder) == ["caretaker.sqlite.before-4"])
        }
    }

    @Test func aStartThatWasInterruptedKeepsTheCopyOfBefore() async throws {
        try await Self.withOldDatabase { folder in
            let first = Data("the copy of before".utf8)
            try first.write(to: URL(filePath: "\(folder)/caretaker.sqlite.before-2.underway"))
            try await Store(folder: folder, clock: TestClock()).close()
            #expect(try Self.names(folder) == ["caretaker.sqlite.before-2"])
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/caretaker.sqlite.before-2")) == first)
        }
    }

    @Test func aNewDatabaseIsNotCopied() async throws {
        let scratch = try Scratch()
        #expect(try Self.names(scratch.folder) == [])
    }

    @Test func aDatabaseOfANewerVersionStaysAsItIsToTheLastByteWithItsLog() async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // As a newer version left it that was killed: with a log that was not moved into the file.
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            let store = try Store(folder: folder, clock: TestClock())
            try await store.pool.write {
                try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
            }
            kill(getpid(), SIGKILL)
        }
        let paths = ["caretaker.sqlite", "caretaker.sqlite-wal"].map { URL(filePath: "\(folder)/\($0)") }
        let before = try paths.map { try Data(contentsOf: $0) }
        #expect(before[1].count > 0)
        #expect {
            _ = try Store(folder: folder, clock: TestClock())
        } throws: {
            ($0 as? StoreError)?.code == .newerSchema
        }
        #expect(try paths.map { try Data(contentsOf: $0) } == before)
    }
}
