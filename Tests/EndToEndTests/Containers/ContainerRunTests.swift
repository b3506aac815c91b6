import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// Whole runs with the test agent.
    struct ContainerRunTests {
        @Test(arguments: ContainerTests.engines)
        func aRunsWorkIsPushedAndItsContainerIsGoneWhenItHasEnded(_ engine: EngineKind) async throws {
            try await ContainerService.with(on: .shared(engine)) { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["commit", "dirty"],
                    repository: "file://\(containers.repository.path)",
                    settings: ["push": ["branch": "work"]]
                )
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                #expect(ended.bodies("result").count == 2)
                #expect(try await containers.leftovers() == [])
                let result = try await service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                #expect(result["pushedTo"]?.string == "work")
                #expect(try await containers.commits(on: "work") == 2)
                #expect(try await containers.deliveries(of: run) == ["commit": 1, "dirty": 1])
            }
        }

        @Test func aRepositoryOutsideTheAllowedFoldersIsRefused() async throws {
            try await ContainerService.with { containers in
                let path = "\(containers.service.folder)/elsewhere"
                let elsewhere = try await GitRepository(at: path)
                let refused = await #expect(throws: ServiceUnderTest.Refused.self) {
                    _ = try await containers.service.startRun(["lines 1"], repository: elsewhere.path)
                }
                #expect(refused?.status == 400)
            }
        }

        @Test func aFullQueueRefusesTheNextRunAndSaysWhy() async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, max_concurrent: 1, queue_limit: 2"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                let path = containers.repository.path
                let first = try await service.startRun(["gate /work/home/gate 1"], repository: path)
                try await containers.wait(for: 1, of: first)
                let second = try await service.startRun(["lines 1"], repository: path)
                let third = try await service.startRun(["lines 1"], repository: path)
                let refused = await #expect(throws: ServiceUnderTest.Refused.self) {
                    _ = try await service.startRun(["lines 1"], repository: path)
                }
                #expect(refused?.status == 429)
                let answer = String(decoding: refused?.body ?? [], as: UTF8.self)
                #expect(answer.contains("TOO_MANY_REQUESTS") && answer.contains("executors.queue_limit"), "\(answer)")
                let retry = await #expect(throws: ServiceUnderTest.Refused.self) {
                    _ = try await service.mutate("runs.cancel", ["id": .string(third)])
                    let refill = try await service.startRun(["lines 1"], repository: path)
                    #expect(!refill.isEmpty)
                    _ = try await service.mutate("runs.retry", ["id": .string(third)])
                }
                #expect(retry?.status == 429)
                try await containers.open("/work/home/gate", of: first)
                #expect(try await service.end(of: first).state == "succeeded")
                #expect(try await service.end(of: second).state == "succeeded")
            }
        }

        @Test func anImageThatTheEngineHasNotFailsTheRunByName() async throws {
            var setting = ContainerService.Setting()
            setting.image = "caretaker-executor:nowhere"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                let run = try await service.startRun(["lines 1"], repository: containers.repository.path)
                let ended = try await service.end(of: run)
                #expect(ended.reason == "image_missing", "\(ended.state) \(ended.detail)")
                #expect(ended.detail.contains("caretaker-executor:nowhere"))
                #expect(try await containers.leftovers() == [])
            }
        }
    }
}

extension ContainerService {
    /// How many commits a branch of the repository has, which is the service's user's.
    func commits(on branch: String) async throws -> Int {
        let count = try await repository.git("-c", "safe.directory=*", "rev-list", "--count", branch)
        return Int(count) ?? 0
    }
}
