import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// Copies of the database.
@Suite(.timeLimit(.minutes(2)))
struct BackupTests {
    @Test func aBackupIsOneFileWithAllThatWasThere() async throws {
        let scratch = try Scratch()
        let (run, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append((0..<50).map { line($0, size: 50_000) }, to: start)
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write(try await scratch.store.backup(), to: "\(folder)/caretaker.sqlite")
        // It needs no log beside it, which a copy by name would lose.
        let header = try Data(contentsOf: URL(filePath: "\(folder)/caretaker.sqlite")).prefix(20)
        #expect(Array(header.suffix(2)) == [1, 1])
        let file = try StoreFile(folder: folder)
        #expect(try file.examine().faults == [])
        try file.close()
        let restored = try Store(folder: folder, clock: scratch.clock)
        #expect(try await restored.run(run.id).state == .running)
        #expect(try await restored.page(of: run.id, after: 0, limit: .max).messages.count == 50)
        try await restored.close()
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(names.allSatisfy { !$0.contains(Store.unfinished) }, "\(names)")
    }

    @Test func oneBackupIsMadeAtATime() async throws {
        let scratch = try Scratch()
        var first: BackupFile? = try await scratch.store.backup()
        #expect(first?.bytes ?? 0 > 0)
        await expectError(.conflict) { _ = try await scratch.store.backup() }
        first = nil
        _ = try await scratch.store.backup()
    }

    @Test func whatACrashLeftOfACopyGoesAtTheNextStart() async throws {
        let scratch = try Scratch()
        try await scratch.store.close()
        for name in [
            "caretaker.sqlite.backup.part", "caretaker.sqlite.before-3.part", "caretaker.sqlite.backup.part-wal",
        ] {
            try Data([1]).write(to: URL(filePath: "\(scratch.folder)/\(name)"))
        }
        let again = try Store(folder: scratch.folder, clock: scratch.clock)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder)
        #expect(names.allSatisfy { !$0.contains(".part") }, "\(names)")
        try await again.close()
    }

    @Test func aStateDirectoryIsReadWhileAStoreHasIt() async throws {
        let scratch = try Scratch()
        let (_, start) = try await scratch.makeRunningRun()
        _ = try await scratch.store.append([line(0)], to: start)
        let file = try StoreFile(folder: scratch.folder)
        let found = try file.examine()
        #expect(found.faults == [] && found.schema == found.newestSchema && found.givesRoomBack)
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try file.copy(to: "\(folder)/caretaker.sqlite")
        try file.close()
        let copy = try StoreFile(folder: folder)
        #expect(try copy.examine().faults == [])
        try copy.close()
    }

    @Test func aRowThatNamesAMissingOneIsFound() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.store.close()
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: "\(scratch.folder)/caretaker.sqlite", configuration: configuration)
        try await queue.write { try $0.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id]) }
        try queue.close()
        let file = try StoreFile(folder: scratch.folder)
        #expect(try file.examine().faults.count == 2, "the execution and the instance")
        #expect(try file.unknown([run.id]) == [run.id])
        try file.close()
    }

    private static func write(_ backup: BackupFile, to path: String) throws {
        var bytes: [UInt8] = []
        while case let piece = try backup.read(at: Int64(bytes.count), count: 100_000), !piece.isEmpty {
            bytes += piece
        }
        #expect(Int64(bytes.count) == backup.bytes)
        try Data(bytes).write(to: URL(filePath: path))
    }
}
