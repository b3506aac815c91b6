import AgentStream
import Curl
import Foundation
import TestSupport
import Testing

/// The running service as its operator sees it.
@Suite(.timeLimit(.minutes(2)))
struct OperationsTests {
    @Test func theLogTellsTheStoryOfARun() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["error-result"], repository: repository.path)
            let state = try await service.end(of: run).state
            let log = await service.stopAndReadLog()
            let events = log.filter { $0.contains("run.id=\(run)") }.compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("message.id=") }.map { String($0.dropFirst(11)) }
            }
            #expect(state == "failed")
            #expect(
                Array(events.prefix(6)) == [
                    "run_queued", "run_starting", "run_running", "run_step_started", "run_step_failed", "run_failed",
                ]
            )
            #expect(log.contains { $0.contains("message.id=service_stopping") })
            #expect(log.last?.contains("message.id=service_stopped") == true)
        }
    }

    @Test func aLogInJSONIsALineOfJSONEach() async throws {
        let service = try ServiceUnderTest { folder in
            "agent: { command: [\(Binaries.path("TestAgent"))] }\nlog: { format: json }"
        }
        let process = try await service.makeProcess()
        var events: [String] = []
        for await line in process.errorLines {
            let entry = try JSONValue(parsing: line)
            if let event = entry["metadata"]?["message.id"]?.string { events.append(event) }
            if events.count(where: { $0 == "listening" }) == 2, !events.contains("service_stopping") {
                process.send(SIGTERM)
            }
        }
        #expect(await process.exit() == 0)
        #expect(events.contains("service_starting"))
        #expect(events.last == "service_stopped")
        try FileManager.default.removeItem(atPath: service.folder)
    }

    @Test func statusTellsWhatIsMissing() async throws {
        try await ServiceUnderTest.with { service in
            let up = try await Self.status(service)
            #expect(up == 0)
            #expect(String(decoding: try await service.get("/readyz?verbose"), as: UTF8.self).hasSuffix("ready\n"))
            #expect(try await service.get("/livez") == Array("ok\n".utf8))
            _ = await service.stop()
            #expect(try await Self.status(service) == 69)
        }
    }

    private static func status(_ service: ServiceUnderTest) async throws -> Int32 {
        try await ChildProcess(
            Binaries.path("caretaker"),
            ["status", "--socket", service.socket],
            environment: ["HOME": service.folder]
        ).exit()
    }

    @Test func countersSurviveARestart() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await service.end(of: service.startRun(["lines 2"], repository: repository.path))
            let line = #"caretaker_runs_finished_total{state="succeeded",trigger="manual"} 1"#
            #expect(try await Self.metrics(service).contains(line))
            #expect(await service.stop() == 0)
            try await service.start()
            #expect(try await Self.metrics(service).contains(line))
        }
    }

    private static func metrics(_ service: ServiceUnderTest) async throws -> [String] {
        String(decoding: try await service.get("/metrics"), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
