import Curl
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct StartTests {
    @Test func aStartedExecutorIsDetachedAndStaysAlone() async throws {
        try await ExecutorUnderTest.with { executor in
            let pid = try #require(executor.pid)
            #expect(Processes.isAlive(pid))
            #expect(Processes.session(of: pid) == pid)
            #expect(Processes.parent(of: pid) != getpid())
            try await executor.start()
            #expect(executor.pid == pid)
        }
    }

    @Test func concurrentStartsGiveOneServer() async throws {
        try await ExecutorUnderTest.with(isStarted: false) { executor in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 { group.addTask { try await executor.start() } }
                try await group.waitForAll()
            }
            let pid = try #require(executor.pid)
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            let servers = names.filter { name in
                let line = (try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)) ?? ""
                return line.contains("serve") && line.contains(executor.folder)
            }
            #expect(servers == [pid])
            #expect(try await executor.send("GET", "/health").status == 200)
        }
    }

    @Test func aSecondServerOnAFolderIsRefused() async throws {
        try await ExecutorUnderTest.with { executor in
            let program = Binaries.path("caretaker-executor")
            let result = try await Program.run(program, ["serve", "--folder", executor.folder])
            #expect(result.code == 1)
            #expect(result.errors.contains("Another executor"))
            #expect(try await executor.send("GET", "/health").status == 200)
        }
    }

    @Test func aPathThatNoSocketCanHaveIsRefused() async throws {
        try await ExecutorUnderTest.with(isStarted: false) { executor in
            let folder = "\(executor.folder)/\(String(repeating: "x", count: 100))"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let program = Binaries.path("caretaker-executor")
            let result = try await Program.run(program, ["start", "--folder", folder])
            #expect(result.code == 1)
            #expect(result.errors.contains("107 bytes"))
        }
    }

    @Test func aFolderThatIsNotThereIsSaidSo() async throws {
        let program = Binaries.path("caretaker-executor")
        let result = try await Program.run(program, ["start", "--folder", "/nowhere/at/all"])
        #expect(result.code == 1)
        #expect(result.errors.contains("/nowhere/at/all"))
    }

    @Test func aStaleSocketIsReplaced() async throws {
        try await ExecutorUnderTest.with { executor in
            executor.kill()
            #expect(FileManager.default.fileExists(atPath: "\(executor.folder)/executor.sock"))
            try await executor.start()
            #expect(try await executor.send("GET", "/health").status == 200)
        }
    }
}
