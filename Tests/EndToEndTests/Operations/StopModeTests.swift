import AgentStream
import Foundation
import TestSupport
import Testing

/// What becomes of active runs when the service is asked to stop.
@Suite(.timeLimit(.minutes(2)))
struct StopModeTests {
    @Test func aDrainWaitsForActiveRunsAndStartsNoOther() async throws {
        try await ServiceUnderTest.with(settings: "on_stop: drain") { service in
            let (first, gate) = try await Self.gatedRun(service)
            kill(await service.pid, SIGTERM)
            #expect(await service.logLine { $0.contains("message.id=service_stopping") } != nil)
            // It goes on serving while it waits.
            let second = try await service.startRun(["lines 1"], repository: "\(service.folder)/repository")
            while try await service.summary(of: second)["waiting"]?.isNull == true { await Task.yield() }
            #expect(try await service.summary(of: second)["waiting"] == "cap_global")
            #expect(try await service.summary(of: first)["state"] == "running")
            try service.makeFile(gate)
            #expect(await service.exit() == 0)
            try await service.start()
            #expect(try await service.summary(of: first)["state"] == "succeeded")
            #expect(try await service.end(of: second).state == "succeeded")
            #expect(service.deliveries()["lines 1"] == 1)
        }
    }

    @Test func aSecondSignalEndsTheWaitingAndTheRunGoesOn() async throws {
        try await ServiceUnderTest.with(settings: "on_stop: drain") { service in
            let (run, gate) = try await Self.gatedRun(service)
            kill(await service.pid, SIGTERM)
            #expect(await service.logLine { $0.contains("message.id=service_stopping") } != nil)
            kill(await service.pid, SIGTERM)
            #expect(await service.exit() == 0)
            try service.makeFile(gate)
            try await service.start()
            #expect(try await service.end(of: run).state == "succeeded")
        }
    }

    @Test func aStopThatCancelsLeavesNoActiveRun() async throws {
        try await ServiceUnderTest.with(settings: "on_stop: cancel") { service in
            let (run, _) = try await Self.gatedRun(service)
            #expect(await service.stop() == 0)
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
            try await service.start()
            #expect(try await service.summary(of: run)["state"] == "cancelled")
        }
    }

    /// A run whose agent waits for a file.
    private static func gatedRun(_ service: ServiceUnderTest) async throws -> (run: String, gate: String) {
        let repository = try await GitRepository(at: "\(service.folder)/repository")
        let gate = "\(service.folder)/gate"
        let run = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
        for try await event in try await service.events(of: run)
        where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
        return (run, gate)
    }
}
