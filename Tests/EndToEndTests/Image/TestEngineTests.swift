import Foundation
import TestSupport
import Testing

/// The engine that other tests rely on.
@Suite(.timeLimit(.minutes(5)), .enabled(if: TestEngine.isWanted(), "\(TestEngine.remedy)"))
struct TestEngineTests {
    @Test func containersLiveThroughARestartOnlyWithLiveRestore() async throws {
        let engine = try TestEngine()
        defer { engine.end() }
        let image = try await engine.base()
        for lives in [true, false] {
            let id = try await engine.run("run", "--detach", "--init", image, "sleep", "1000")
            try engine.restart(liveRestore: lives)
            #expect(try await engine.run("inspect", "--format", "{{.State.Running}}", id) == "\(lives)")
            try await engine.run("rm", "--force", id)
        }
    }

    @Test(arguments: EngineKind.allCases.filter { TestEngine.isWanted($0) })
    func theTestImageRuns(on kind: EngineKind) async throws {
        let engine = try TestEngine.shared(kind)
        let image = try await engine.testImage()
        let said = try await engine.run(
            "run",
            "--rm",
            "--read-only",
            "--ulimit",
            "nofile=1024",
            "--ulimit",
            "nproc=1000",
            image,
            "caretaker-executor",
            "--version"
        )
        #expect(said.first?.isNumber == true)
    }

    @Test func nothingIsLeftOfAnEngineThatEnded() async throws {
        let engine = try TestEngine()
        let image = try await engine.base()
        let id = try await engine.run("run", "--detach", image, "sleep", "1000")
        let process = try await engine.run("inspect", "--format", "{{.State.Pid}}", id)
        #expect(FileManager.default.fileExists(atPath: "/proc/\(process)"))
        engine.end()
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
        #expect(!FileManager.default.fileExists(atPath: engine.socket))
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        #expect(!mounts.contains(engine.socket.replacing("/engine.sock", with: "/")))
    }
}
