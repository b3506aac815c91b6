import AgentStream
import Foundation
import TestSupport
import Testing

/// The configuration changes while the service runs.
@Suite(.timeLimit(.minutes(2)))
struct ReloadTests {
    private static let settings = """
        executors: { max_concurrent: 1 }
        log: { level: info }

        """

    @Test func moreCapacityHasQueuedRunsStartAtOnce() async throws {
        try await ServiceUnderTest.with(settings: Self.settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let first = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
            for try await event in try await service.events(of: first)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
            let second = try await service.startRun(["lines 1"], repository: repository.path)
            #expect(try await service.summary(of: second)["position"]?.int == 1)
            try Self.replace("max_concurrent: 1", with: "max_concurrent: 2", in: service)
            let told = try await Self.reload(service)
            #expect(told.output == "In force now: executors.max_concurrent\n", "\(told.error)")
            #expect(try await service.end(of: second).state == "succeeded")
            let limit = String(decoding: try await service.get("/metrics"), as: UTF8.self)
            #expect(limit.contains("\ncaretaker_runs_concurrency_limit 2\n"))
            try service.makeFile(gate)
            #expect(try await service.end(of: first).state == "succeeded")
        }
    }

    @Test func aFileWithAnErrorIsRefusedByLineAndKeyAndChangesNothing() async throws {
        try await ServiceUnderTest.with(settings: Self.settings) { service in
            try Self.replace("max_concurrent: 1", with: "max_concurrent: many", in: service)
            let refused = try await Self.reload(service)
            #expect(refused.code == 70)
            #expect(refused.error.contains("\(service.configuration):"), "\(refused.error)")
            #expect(refused.error.contains("executors.max_concurrent must be a whole number"), "\(refused.error)")
            let metrics = String(decoding: try await service.get("/metrics"), as: UTF8.self)
            #expect(metrics.contains("\ncaretaker_config_last_reload_successful 0\n"))
            #expect(metrics.contains("\ncaretaker_runs_concurrency_limit 1\n"))
            try Self.replace("max_concurrent: many", with: "max_concurrent: 1", in: service)
            #expect(try await Self.reload(service).output == "Nothing has changed.\n")
            let mended = String(decoding: try await service.get("/metrics"), as: UTF8.self)
            #expect(mended.contains("\ncaretaker_config_last_reload_successful 1\n"))
        }
    }

    @Test func whatTakesARestartIsNamedUntilThen() async throws {
        try await ServiceUnderTest.with(settings: Self.settings) { service in
            try Self.replace("log: { level: info }", with: "log: { level: debug, format: json }", in: service)
            let told = try await Self.reload(service)
            #expect(told.output == "In force now: log.level\nNeeds restart: log.format\n", "\(told.error)")
            #expect(try await Self.reload(service).output == "Nothing has changed.\nNeeds restart: log.format\n")
        }
    }

    @Test func aHangupReloadsToo() async throws {
        let service = try ServiceUnderTest(settings: Self.settings)
        let process = try await service.makeProcess()
        var words: [String] = []
        for await line in process.errorLines {
            if line.contains("message.id=service_ready") {
                try Self.replace("max_concurrent: 1", with: "max_concurrent: 3", in: service)
                process.send(SIGHUP)
            }
            guard line.contains("message.id=configuration_reloaded") else { continue }
            words = line.split(separator: " ").map(String.init)
            process.send(SIGTERM)
        }
        #expect(await process.exit() == 0)
        #expect(words.contains("changed=executors.max_concurrent"), "\(words)")
        try FileManager.default.removeItem(atPath: service.folder)
    }

    private static func reload(_ service: ServiceUnderTest) async throws -> EndedCommand {
        try await EndedCommand.caretaker(["reload", "--wait", "--socket", service.socket])
    }

    private static func replace(_ text: String, with new: String, in service: ServiceUnderTest) throws {
        let old = try String(contentsOfFile: service.configuration, encoding: .utf8)
        try Data(old.replacing(text, with: new).utf8).write(to: URL(fileURLWithPath: service.configuration))
    }
}
