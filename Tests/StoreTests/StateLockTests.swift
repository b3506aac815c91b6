import Foundation
import Testing

@testable import Store

struct StateLockTests {
    @Test
    func anotherProcessCannotHaveTheLockWhileItIsHeld() throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let lock = try StateLock(folder: folder)
            #expect(try flock(folder, "true").status == 1)
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/lock")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            _ = consume lock
        }
        #expect(try flock(folder, "true").status == 0)
    }

    @Test
    func theLockIsRefusedAtOnceWhileAnotherProcessHasIt() throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (holder, input, output) = try start(folder, "echo held; cat")
        #expect(try output.read(upToCount: 5) == Data("held\n".utf8))
        #expect(throws: StateLock.Problem.self) { _ = try StateLock(folder: folder) }
        try input.close()
        holder.waitUntilExit()
        _ = try StateLock(folder: folder)
    }

    @Test
    func aSecondHolderInThisProcessIsRefusedToo() throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lock = try StateLock(folder: folder)
        #expect(throws: StateLock.Problem.self) { _ = try StateLock(folder: folder) }
        _ = consume lock
    }

    @Test
    func aFolderThatIsNotThereIsUnusable() {
        #expect(throws: StateLock.Problem.self) { _ = try StateLock(folder: "/nonexistent/folder") }
    }

    private func flock(_ folder: String, _ script: String) throws -> (status: Int32, output: Data) {
        let (process, input, output) = try start(folder, script)
        try input.close()
        let data = try output.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, data)
    }

    private func start(_ folder: String, _ script: String) throws -> (Process, FileHandle, FileHandle) {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/flock")
        process.arguments = ["-n", "\(folder)/lock", "sh", "-c", script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        return (process, input.fileHandleForWriting, output.fileHandleForReading)
    }
}
