import AgentStream
import Foundation
import TestSupport
import Testing

/// Exports that take their time, because the agent has git run a program of its own in them.
@Suite(.timeLimit(.minutes(3)))
struct KeptWorkTests {
    /// A prompt that makes every export write a line to `begun` and then take some seconds.
    private static func slowExport(_ service: ServiceUnderTest, seconds: Int) -> String {
        let filter = "git config filter.slow.clean 'echo x >>\(service.folder)/begun; sleep \(seconds); cat'"
        return "shell \(filter); echo '*.txt filter=slow' >.gitattributes; echo new >new.txt"
    }

    /// How many exports have begun.
    private static func exports(_ service: ServiceUnderTest) -> Int {
        FileManager.default.contents(atPath: "\(service.folder)/begun")?.count { $0 == 0x0A } ?? 0
    }

    @Test func theDeadlineLeavesAnExportItsTime() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", Self.slowExport(service, seconds: 7), "gate \(service.folder)/never 1"],
                repository: repository.path,
                settings: ["limits": ["deadline": 4]]
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "timed_out", "\(ended.detail)")
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            #expect(result["patch"]?.string?.contains("new.txt") == true)
        }
    }

    @Test func aCancelDuringAnExportCancelsTheRunInTime() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", Self.slowExport(service, seconds: 100)],
                repository: repository.path
            )
            try await Self.waitForFile("\(service.folder)/begun")
            let began = ContinuousClock.now
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            let ended = try await service.end(of: run)
            #expect(began.duration(to: .now) < .seconds(15))
            #expect(ended.state == "cancelled", "\(ended.reason ?? "") \(ended.detail)")
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
        }
    }

    @Test func anExportThatTakesLongerThanItsLimitIsMadeOnce() async throws {
        let settings = "limits: { linger: 1s }\ntimeouts: { export: 2s }"
        try await ServiceUnderTest.with(settings: settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", Self.slowExport(service, seconds: 100)],
                repository: repository.path
            )
            let ended = try await service.end(of: run)
            #expect(ended.reason == "export_failed", "\(ended.state) \(ended.detail)")
            let log = await service.stopAndReadLog()
            #expect(!log.contains { $0.contains("asked for again") }, "\(log)")
            #expect(Self.exports(service) == 1)
        }
    }

    @Test func aPushThatIsCalledOffCancelsTheRunWhoseInstanceIsGoneByThen() async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            try await service.start(["CARETAKER_FAILPOINT": "push:hang"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", "dirty"],
                repository: repository.path,
                settings: ["push": ["branch": "work"]]
            )
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains("is not pushed") { break }
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            let ended = try await service.end(of: run)
            #expect(ended.state == "cancelled", "\(ended.reason ?? "") \(ended.detail)")
            let last = ended.bodies("notice").last?["message"]?["content"]?[0]?["data"]?.string
            #expect(last?.contains("`work` may have moved") == true, "\(last ?? "")")
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            #expect(result["pushedTo"]?.string == nil)
        }
    }

    private static func waitForFile(_ path: String) async throws {
        let waiting = try ChildProcess(
            "/usr/bin/timeout",
            ["60", "/bin/sh", "-c", "until [ -s \(path) ]; do sleep 0.02; done"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(await waiting.exit() == 0, "\(path)")
    }
}
