import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker backup`, `caretaker check` and a restore, with the real service.
@Suite(.timeLimit(.minutes(3)))
struct BackupServiceTests {
    @Test func aBackupUnderLoadIsWholeAndHoldsWhatWasWrittenUntilThen() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            var runs: [String] = []
            for _ in 0..<3 {
                runs.append(try await service.startRun(["lines 4000 1000 1"], repository: repository.path))
            }
            try await waitUntil { try await service.messages(of: runs[0]).count > 50 }
            var last = 0
            for number in 0..<3 {
                let folder = "\(service.folder)/copy-\(number)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let file = "\(folder)/caretaker.sqlite"
                let made = try await service.caretaker("backup", file, "--socket", service.socket)
                #expect(made.code == 0, "\(made.error)")
                let size = try FileManager.default.attributesOfItem(atPath: file)
                #expect(made.output.contains("\(size[.size] as? Int ?? 0) bytes in "))
                #expect(size[.posixPermissions] as? Int == 0o600)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["caretaker.sqlite"])
                let check = try await service.caretaker("check", "--state-dir", folder)
                #expect(check.code == 0, "\(check.output)")
                let counts = try await service.rows("SELECT count(*), max(seq) FROM message GROUP BY runID", in: file)
                for line in counts {
                    let numbers = line.split(separator: " ").compactMap { Int($0) }
                    #expect(numbers.count == 2 && numbers[0] == numbers[1], "\(line)")
                }
                let sum = counts.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
                // On a slow machine all may have been said before the last one.
                #expect(sum >= last && sum > 0)
                last = sum
            }
            for run in runs { #expect(try await service.end(of: run).state == "succeeded") }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: service.state).allSatisfy { !$0.contains(".part") }
            )
        }
    }

    @Test func aRestoredBackupStartsAndShowsItsRuns() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let kept = try await service.startRun(["commit"], repository: repository.path)
            let before = try await service.end(of: kept)
            let file = "\(service.folder)/backup.sqlite"
            #expect(try await service.caretaker("backup", file, "--socket", service.socket).code == 0)
            let later = try await service.startRun(["lines 2"], repository: repository.path)
            _ = try await service.end(of: later)
            #expect(await service.stop() == 0)
            // As docs/operations.md says.
            let database = "\(service.state)/caretaker.sqlite"
            for path in [database, "\(database)-wal", "\(database)-shm"] {
                try? FileManager.default.removeItem(atPath: path)
            }
            try FileManager.default.copyItem(atPath: file, toPath: database)
            try await service.start()
            #expect(try await service.query("runs.list").array?.compactMap { $0["id"]?.string } == [kept])
            let after = try await service.end(of: kept)
            #expect(after.messages.map(\.body) == before.messages.map(\.body))
            #expect(try await !service.get("/runs/\(kept)/work.bundle").isEmpty)
            let next = try await service.startRun(["lines 2"], repository: repository.path)
            #expect(try await service.end(of: next).state == "succeeded")
        }
    }

    @Test func aFileThatIsThereIsNotOverwritten() async throws {
        try await ServiceUnderTest.with { service in
            let file = "\(service.folder)/mine"
            try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
            for way in [["--socket", service.socket], ["--state-dir", service.state]] {
                let refused = try await EndedCommand.caretaker(["backup", file] + way)
                #expect(refused.code == 73)
                #expect(refused.error.contains("is there already"))
            }
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
            let nowhere = try await service.caretaker("backup", "/nonexistent/file", "--socket", service.socket)
            #expect(nowhere.code == 73)
        }
    }

    @Test func aStateDirectoryIsCopiedWithoutItsServiceAlsoAfterACrash() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 5"], repository: repository.path)
            let count = try await service.end(of: run).messages.count
            await service.crash()
            let file = "\(service.folder)/backup.sqlite"
            let made = try await service.caretaker("backup", file, "--state-dir", service.state)
            #expect(made.code == 0, "\(made.error)")
            #expect(try await service.rows("SELECT count(*) FROM message", in: file) == ["\(count)"])
            let without = try await service.caretaker("backup", "\(file).2", "--state-dir", "/nonexistent")
            #expect(without.code != 0 && !FileManager.default.fileExists(atPath: "\(file).2"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: service.folder).allSatisfy { !$0.contains(".part") }
            )
        }
    }

    @Test func aCheckFindsWhatIsWrongAndSaysItWithItsCode() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["commit"], repository: repository.path)
            _ = try await service.end(of: run)
            let whole = try await service.caretaker("check", "--state-dir", service.state)
            #expect(whole.code == 0 && whole.output.contains("Nothing is wrong."), "\(whole.output)")
            #expect(await service.stop() == 0)
            let stray = "\(service.state)/runs/00000000000000000000000000"
            try FileManager.default.createDirectory(atPath: stray, withIntermediateDirectories: true)
            #expect(try await Self.check(service).contains("WRONG: runs/00000000000000000000000000 belongs to no run"))
            try FileManager.default.removeItem(atPath: stray)
            try FileManager.default.removeItem(atPath: "\(service.state)/runs/\(run)/work.bundle")
            #expect(try await Self.check(service).contains("WRONG: runs/\(run)/work.bundle is not there"))
            let database = try #require(FileHandle(forUpdatingAtPath: "\(service.state)/caretaker.sqlite"))
            for page in 3..<30 {
                try database.seek(toOffset: UInt64(page * 16_384))
                try database.write(contentsOf: Data(repeating: 0x5A, count: 4096))
            }
            try database.close()
            #expect(try await service.caretaker("check", "--state-dir", service.state).code == 1)
            #expect(try await service.caretaker("check", "--state-dir", "/nonexistent").code == 66)
        }
    }

    private static func check(_ service: ServiceUnderTest) async throws -> String {
        let ended = try await service.caretaker("check", "--state-dir", service.state)
        #expect(ended.code == 1)
        return ended.output
    }
}
