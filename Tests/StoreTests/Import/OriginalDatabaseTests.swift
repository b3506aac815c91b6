import Foundation
import Model
import TestSupport
import Testing

@testable import Store

/// The original's database is read, and stays as it is.
@Suite(.timeLimit(.minutes(3)))
struct OriginalDatabaseTests {
    @Test func whatIsNoDatabaseOfTheOriginalsIsRefusedAndItIsSaidWhatIsMissing() throws {
        try Self.inFolder { folder in
            let none = Self.refusal("\(folder)/none")
            #expect(none == StoreError(.notFound, "There is no file \(folder)/none, or you may not read it."))
            try Data("This is a text and surely no database of any kind, however long.".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/text"))
            let text = Self.refusal("\(folder)/text")
            #expect(
                text?.code == .unusable && text?.message.contains("\(folder)/text cannot be read as a database") == true
            )
            try Data().write(to: URL(fileURLWithPath: "\(folder)/empty"))
            let empty = try #require(Self.refusal("\(folder)/empty"))
            #expect(empty.message.contains("it has no table Task, it has no table TaskRun"))
            // As it was before runs had repositories.
            try OriginalFile("\(folder)/old", migrations: 5).close()
            let old = try #require(Self.refusal("\(folder)/old"))
            #expect(old.message.contains("its table TaskRun has no column repository"))
            #expect(!old.message.contains("no table"))
            #expect(Self.refusal(folder)?.code == .unusable)
        }
    }

    @Test(
        arguments: [
            ("1747656000123", 1_747_656_000_123), ("1747656000123.0", 1_747_656_000_123),
            ("'2025-05-19T12:00:00.123Z'", 1_747_656_000_123), ("'2025-05-19T12:00:00.123+00:00'", 1_747_656_000_123),
            ("'2025-05-19T14:00:00+02:00'", 1_747_656_000_000), ("'2025-05-19 12:00:00'", 1_747_656_000_000),
            ("'1747656000123'", 1_747_656_000_123), ("-5", nil), ("'yesterday'", nil), ("9e30", nil), ("x'00'", nil),
        ] as [(String, Int64?)]
    )
    func aTimeIsReadInEveryFormThatThereIs(_ sql: String, _ expected: Int64?) throws {
        try Self.inFolder { folder in
            let file = try OriginalFile("\(folder)/dev.db")
            try file.addTask("t", "T")
            try file.execute("UPDATE Task SET createdAt = \(sql)")
            let task = try #require(try OriginalDatabase(path: file.path).tasks().first)
            #expect(task.createdAt?.milliseconds == expected)
        }
    }

    @Test(arguments: ["closed", "closed with a log", "left with a log", "open with a log"])
    func theFileAndWhatLiesBesideItStayAsTheyAre(_ manner: String) throws {
        try Self.inFolder { folder in
            let original = try OriginalFile("\(folder)/dev.db", hasLog: manner != "closed")
            try original.addTask("t", "T")
            try original.addRun("r", of: "t", messages: OriginalFile.conversation(2))
            var path = original.path
            if manner.hasPrefix("closed") { try original.close() }
            if manner == "left with a log" {
                // As a crash leaves it.
                try FileManager.default.createDirectory(atPath: "\(folder)/left", withIntermediateDirectories: true)
                path = "\(folder)/left/dev.db"
                for ending in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: original.path + ending, toPath: path + ending)
                }
            }
            let before = try Self.contents(path)
            #expect(before.keys.contains("dev.db-wal") == !manner.hasPrefix("closed"))
            do {
                let database = try OriginalDatabase(path: path)
                #expect(try database.tasks().map(\.name) == ["T"])
                #expect(try database.runs(after: nil, limit: 9).map(\.id) == ["r"])
            }
            #expect(try Self.contents(path) == before)
        }
    }

    @Test func aLongConversationComesInPieces() async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try OriginalFile("\(folder)/dev.db")
        let text = OriginalFile.conversation(300, size: 1000)
        try file.addTask("t", "T")
        try file.addRun("r", of: "t", messages: text)
        let database = try OriginalDatabase(path: file.path)
        let run = try #require(try database.runs(after: nil, limit: 9).first)
        #expect(run.size == text.utf8.count)
        for size in [1000, text.utf8.count, text.utf8.count - 1, 1 << 20] {
            var pieces: [[UInt8]] = []
            try await database.readMessages(of: run, pieces: size) { piece, isLast in
                #expect(piece.count <= size)
                pieces.append(piece)
                #expect(isLast == (pieces.joined().count == text.utf8.count))
                return true
            }
            #expect(Array(pieces.joined()) == Array(text.utf8))
        }
        try file.execute("UPDATE TaskRun SET messages = '[]'")
        await #expect(throws: StoreError.self) {
            try await database.readMessages(of: run, pieces: 1000) { _, _ in true }
        }
    }

    private static func refusal(_ path: String) -> StoreError? {
        #expect(throws: StoreError.self) { try OriginalDatabase(path: path) }
    }

    /// The bytes of the files beside each other; of the index of an open log only that it is there.
    private static func contents(_ path: String) throws -> [String: Data] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("dev.db") }
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, name.hasSuffix("-shm") ? Data() : try Data(contentsOf: folder.appending(path: name)))
            }
        )
    }

    private static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
