import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// An engine that hangs, stops and comes back; it is one of the suite's own.
    struct ContainerEngineTests {
        private static let prompt = "gate /work/home/gate 5"

        @Test func whileTheEngineHangsNothingIsDeclaredDeadAndNewRunsWait() async throws {
            try await Self.with { containers in
                let service = containers.service
                let first = try await Self.startRun(containers)
                let home = try await containers.home(of: first)
                containers.engine.freeze()
                defer { containers.engine.thaw() }
                let second = try await service.startRun(["lines 3"], repository: containers.repository.path)
                try await containers.until("the second run waits") {
                    try await service.summary(of: second)["waiting"] == "runtime_unavailable"
                }
                if isSoak { try await containers.pass(seconds: 60) }
                // The agent's messages come without the engine.
                try service.makeFile("\(home)/gate")
                try await containers.wait(for: 10, of: first)
                try await Self.expectQuickReads(service)
                try await containers.until("a scrape tells that the engine hangs") {
                    let metrics = try await Self.metrics(service)
                    #expect(metrics.contains(#"caretaker_runs_queued{waiting="runtime_unavailable"} 1"#))
                    return metrics.isSuperset(
                        of: ["caretaker_engine_up 0", #"caretaker_health_check_ok{check="engine"} 0"#]
                    )
                }
                #expect(try await service.summary(of: first)["state"] == "running")
                #expect(try await service.summary(of: second)["state"] == "queued")
                containers.engine.thaw()
                try await containers.until("a scrape tells what the engine is") {
                    let metrics = try await Self.metrics(service)
                    return metrics.contains("caretaker_engine_up 1")
                        && metrics.contains { $0.hasPrefix("caretaker_engine_info{") }
                }
                for run in [first, second] {
                    let ended = try await service.end(of: run)
                    #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                    #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                }
                #expect(try await containers.deliveries(of: first) == [Self.prompt: 1])
                #expect(try await containers.leftovers() == [])
            }
        }

        @Test func aServiceThatStartsWhileTheEngineHangsTakesItsRunsUpAgain() async throws {
            try await Self.with { containers in
                let service = containers.service
                let run = try await Self.startRun(containers)
                let home = try await containers.home(of: run)
                containers.engine.freeze()
                defer { containers.engine.thaw() }
                await service.crash()
                try await service.start()
                try await Self.expectQuickReads(service)
                try service.makeFile("\(home)/gate")
                #expect(try await service.summary(of: run)["state"] == "running")
                containers.engine.thaw()
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(try await containers.deliveries(of: run) == [Self.prompt: 1])
                #expect(try await containers.leftovers() == [])
            }
        }

        @Test func aRunGoesOnWhenTheEngineRestartsAndContainersLive() async throws {
            try await Self.with { containers in
                let run = try await Self.startRun(containers)
                try containers.engine.restart(liveRestore: true)
                try await containers.open("/work/home/gate", of: run)
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(try await containers.deliveries(of: run) == [Self.prompt: 1])
                #expect(try await containers.leftovers() == [])
            }
        }

        @Test func anEngineThatEndsItsContainersEndsTheRunAndTheWorkIsKept() async throws {
            try await Self.with { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["commit", Self.prompt],
                    repository: containers.repository.path
                )
                try await containers.wait(for: 5, of: run)
                try containers.engine.stop()
                let second = try await service.startRun(["lines 3"], repository: containers.repository.path)
                try await containers.until("the second run waits") {
                    try await service.summary(of: second)["waiting"] == "runtime_unavailable"
                }
                #expect(try await service.summary(of: run)["finishedAt"]?.isNull == true)
                try containers.engine.start()
                let ended = try await service.end(of: run)
                #expect(["failed", "lost"].contains(ended.state), "\(ended.state)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                #expect(try await containers.deliveries(of: run) == ["commit": 1, Self.prompt: 1])
                let result = try await service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                #expect(try await service.end(of: second).state == "succeeded")
                #expect(try await containers.leftovers() == [])
            }
        }

        private static func with(_ body: (ContainerService) async throws -> Void) async throws {
            let engine = try TestEngine()
            defer { engine.end() }
            try await ContainerService.with(on: engine, body)
        }

        private static func startRun(_ containers: ContainerService) async throws -> String {
            let run = try await containers.service.startRun([prompt], repository: containers.repository.path)
            try await containers.wait(for: 5, of: run)
            return run
        }

        /// The lines of a scrape, which is always answered.
        private static func metrics(_ service: ServiceUnderTest) async throws -> Set<Substring> {
            Set(String(decoding: try await service.get("/metrics"), as: UTF8.self).split(separator: "\n"))
        }

        /// What is read from rows does not wait for the engine, of which a call takes ten seconds at most.
        private static func expectQuickReads(_ service: ServiceUnderTest) async throws {
            for procedure in ["tasks.list", "runs.list", "instances.list"] {
                let began = ContinuousClock.now
                #expect(try await service.query(procedure).array?.isEmpty == false)
                #expect(began.duration(to: .now) < .seconds(3), "\(procedure)")
            }
        }
    }
}

extension ContainerService {
    /// Where the agent's home is on the machine.
    func home(of run: String) async throws -> String {
        try await engine.run("volume", "inspect", "--format", "{{.Mountpoint}}", Self.name(of: run)) + "/home"
    }

    /// Lets time go by.
    func pass(seconds: Double) async throws {
        _ = try await ChildProcess("/bin/sleep", ["\(seconds)"], environment: [:]).exit()
    }

    /// Asks again and again until something is so; fails after a minute.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < limit, "\(what)")
            try await pass(seconds: 0.05)
        }
    }
}
