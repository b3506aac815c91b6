import AgentStream
import Foundation
import TestSupport
import Testing

/// What the service tells a service manager.
@Suite(.timeLimit(.minutes(2)))
struct ManagerTests {
    @Test func itIsToldOfReadinessStatusLifeAndStopping() async throws {
        try await Self.with(["WATCHDOG_USEC": "200000"]) { service, messages in
            #expect(await Self.next(messages) { $0.hasPrefix("READY=1") } == "READY=1\nSTATUS=0 running, 0 queued")
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let run = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
            #expect(await Self.next(messages) { $0.contains("1 running") } == "STATUS=1 running, 0 queued")
            #expect(await Self.next(messages) { $0 == "WATCHDOG=1" } != nil)
            let pings = String(decoding: try await service.get("/metrics"), as: UTF8.self)
            #expect(pings.contains("\ncaretaker_watchdog_last_ping_timestamp_seconds "))
            try service.makeFile(gate)
            _ = try await service.end(of: run)
            #expect(await Self.next(messages) { $0 == "STATUS=0 running, 0 queued" } != nil)
            #expect(await service.stop() == 0)
            #expect(await Self.next(messages) { $0.hasPrefix("STOPPING=1") } != nil)
        }
    }

    @Test func aReloadIsToldFromItsBeginningToItsEnd() async throws {
        try await Self.with { service, messages in
            _ = await Self.next(messages) { $0.hasPrefix("READY=1") }
            _ = try await service.mutate("service.reload", [:])
            #expect(await Self.next(messages) { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") } != nil)
            #expect(await Self.next(messages) { $0.hasPrefix("READY=1") } != nil)
        }
    }

    @Test func aLoopOverSchedulesThatHangsEndsTheSignsOfLife() async throws {
        let hanging = ["WATCHDOG_USEC": "200000", "CARETAKER_FAILPOINT": "slot:hang"]
        try await Self.with(hanging) { service, messages in
            #expect(await Self.next(messages) { $0 == "WATCHDOG=1" } != nil)
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await ScheduleTests.schedule(service, ScheduleTests.soon(4).expression, repository: repository.path)
            let line = await service.logLine { $0.contains("the loop over schedules does not go on") }
            #expect(line?.contains("message.id=service_failed") == true)
        }
    }

    private static func with(
        _ environment: [String: String] = [:],
        _ body: (ServiceUnderTest, AsyncStream<String>) async throws -> Void
    ) async throws {
        let socket = try ManagerSocket("@ct-manager-\(UInt32.random(in: .min ... .max))")
        defer { socket.close() }
        let service = try ServiceUnderTest()
        try await service.run(environment: environment.merging(["NOTIFY_SOCKET": socket.name]) { $1 }) { service in
            try await body(service, socket.messages)
        }
    }

    /// The next message that is meant; nil when no more come.
    private static func next(_ messages: AsyncStream<String>, where isMeant: (String) -> Bool) async -> String? {
        for await message in messages where isMeant(message) { return message }
        return nil
    }
}
