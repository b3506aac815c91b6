import AgentStream
import Curl
import Foundation
import Glibc
import TestSupport
import Testing

/// The service whose standard error nobody reads.
@Suite(.timeLimit(.minutes(2)))
struct JournalPipeTests {
    @Test func runsGoThroughAndTheLogIsThereWhenSomebodyReads() async throws {
        let service = try ServiceUnderTest()
        try await service.keep { service in
            let pipe = try SmallPipe()
            let process = try await Self.start(service, pipe)
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            for _ in 1...6 {
                let run = try await service.startRun(["lines 1"], repository: repository.path)
                #expect(try await service.end(of: run).state == "succeeded")
            }
            #expect(pipe.isFull)
            #expect(try await service.get("/livez") == Array("ok\n".utf8))
            let lines = pipe.lines()
            process.send(SIGTERM)
            #expect(await process.exit() == 0)
            pipe.closeWriting()
            var log: [String] = []
            for await line in lines { log.append(line) }
            #expect(log.contains { $0.contains("message.id=service_starting") })
            #expect(log.count(where: { $0.contains("message.id=run_succeeded") }) == 6)
            #expect(log.last?.contains("message.id=service_stopped") == true)
            #expect(!log.contains { $0.contains("entries_lost") })
        }
    }

    @Test func theServiceEndsAllTheSame() async throws {
        let service = try ServiceUnderTest()
        try await service.keep { service in
            let pipe = try SmallPipe()
            let process = try await Self.start(service, pipe)
            while !pipe.isFull {
                // Each of them is told.
                _ = try await service.mutate("schedules.pauseAll", [:])
                _ = try await service.mutate("schedules.resumeAll", [:])
            }
            process.send(SIGTERM)
            #expect(await process.exit() == 0)
            pipe.closeWriting()
        }
    }

    /// Starts the service; answers when it does.
    private static func start(_ service: ServiceUnderTest, _ pipe: SmallPipe) async throws -> ChildProcess {
        let process = try ChildProcess(
            Binaries.path("caretaker"),
            ["serve", "--config", service.configuration],
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": service.folder],
            error: pipe.writing
        )
        while true {
            do {
                _ = try await service.get("/livez")
                return process
            } catch is CurlError {
                await Task.yield()
            }
        }
    }
}
