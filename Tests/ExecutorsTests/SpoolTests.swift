import Curl
import ExecutorAPI
import Foundation
import Model
import Testing

@testable import Executors

/// What the run's folder tells of an execution without its executor.
struct SpoolTests {
    private static let record = ExitRecord(
        code: 3,
        signal: nil,
        endedBy: .agent,
        detail: nil,
        stderr: "",
        lines: 2,
        startedAt: nil,
        finishedAt: 0
    )
    private static let lines = [Frame(kind: .line, body: [0x31]), Frame(kind: .line, body: [0x32])].flatMap(\.encoded)

    /// The frames after `line` of an execution that left these files, and whether they end with an exit record.
    private static func frames(
        of files: [String: [UInt8]]?,
        after line: Int = 0
    ) async throws -> (frames: [AgentFrame], isWhole: Bool) {
        let folder = "/tmp/ct-spool-\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = Run.ID(rawValue: "run")
        let own = RunFolder.folder(of: "execution", in: "\(folder)/\(run)")
        if let files {
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            for (name, bytes) in files { try Data(bytes).write(to: URL(fileURLWithPath: "\(own)/\(name)")) }
        }
        let curl = try CurlClient(environmentProxies: false)
        let instances = RunInstances(folder: folder, configured: Setting(CallLimits()), curl: curl)
        var frames: [AgentFrame] = []
        var isWhole = true
        do {
            let stream = try instances.spool(run, Execution.ID(rawValue: "execution"), after: line)
            for try await group in stream { frames += group }
        } catch let error as RuntimeError where error.code == .unreachable {
            isWhole = false
        }
        await curl.shutdown()
        return (frames, isWhole)
    }

    @Test func anExitRecordCountsWhetherItIsAFrameOrStandsByItself() async throws {
        let body = [UInt8](try JSONEncoder().encode(Self.record))
        let exit = AgentFrame.exit(AgentExitRecord(Self.record))
        let spooled = try await Self.frames(of: ["spool": Self.lines + Frame(kind: .exit, body: body).encoded])
        #expect(spooled.frames == [.line([0x31]), .line([0x32]), exit])
        #expect(spooled.isWhole)
        // As its executor leaves it that is killed before it writes the last frame, or in the middle of it.
        for rest in [[], Array("x{\"co".utf8)] {
            let apart = try await Self.frames(of: ["spool": Self.lines + rest, "exit.json": body], after: 1)
            #expect(apart.frames == [.line([0x32]), exit])
            #expect(apart.isWhole)
        }
    }

    @Test func withoutAnExitRecordTheFramesEndWithAnError() async throws {
        let cut = try await Self.frames(of: ["spool": Self.lines + [0x61, 0x33]])
        #expect(cut.frames == [.line([0x31]), .line([0x32])])
        #expect(!cut.isWhole)
        #expect(try await !Self.frames(of: [:]).isWhole)
    }

    @Test func anExecutionWithoutAFolderWasNeverBegun() async throws {
        let error = await #expect(throws: RuntimeError.self) { _ = try await Self.frames(of: nil) }
        #expect(error?.refusal == .notFound)
    }
}
