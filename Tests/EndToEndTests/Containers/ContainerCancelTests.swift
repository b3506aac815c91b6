import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// A cancel at whatever point of a run's course leaves no container.
    struct ContainerCancelTests {
        /// With the large counts on every engine.
        private static let engines =
            isSoak ? ContainerTests.engines : [.docker]

        /// Where the course hangs until it is cancelled.
        private static let steps = [
            "fetch", "fetched", "create", "created", "init-git", "clone", "cloned", "export", "push",
        ]

        @Test(arguments: engines)
        func cancelledAtEachStepTheContainerIsGoneInTime(_ engine: EngineKind) async throws {
            try await ContainerService.with(on: .shared(engine)) { containers in
                let service = containers.service
                for step in Self.steps {
                    _ = await service.stop()
                    try await service.start(["CARETAKER_FAILPOINT": "\(step):hang"])
                    let run = try await service.startRun(
                        ["commit"],
                        repository: containers.repository.path,
                        settings: ["push": ["branch": "cancelled"]]
                    )
                    try await Self.waitUntilHanging(step, run, containers)
                    // Nothing of it is needed any more.
                    if step == "push" { #expect(try await containers.leftovers() == []) }
                    try await Self.cancel(run, containers, step)
                }
            }
        }

        @Test(arguments: engines, ["gate /never 1", "never", "tree"])
        func cancelledInTheMiddleOfAnAgentsWorkTheContainerIsGoneInTime(
            _ engine: EngineKind,
            _ prompt: String
        ) async throws {
            try await ContainerService.with(on: .shared(engine)) { containers in
                let service = containers.service
                let run = try await service.startRun(["commit", prompt], repository: containers.repository.path)
                try await containers.wait(for: 1, of: run)
                try await Self.cancel(run, containers, prompt)
                let result = try await service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                #expect(try await containers.deliveries(of: run) == ["commit": 1, prompt: 1])
            }
        }

        @Test(arguments: engines)
        func cancelledWhileTheContainerHangsItIsGoneInTime(_ engine: EngineKind) async throws {
            try await ContainerService.with(on: .shared(engine)) { containers in
                let service = containers.service
                let run = try await service.startRun(["gate /never 1"], repository: containers.repository.path)
                try await containers.wait(for: 1, of: run)
                try await containers.engine.run("pause", ContainerService.name(of: run))
                try await Self.cancel(run, containers, "paused")
            }
        }

        @Test(arguments: [false, true])
        func aRunCancelledWhileTheServiceIsAwayFromItIsCancelledByTheNextOne(_ isContainerGone: Bool) async throws {
            try await ContainerService.with { containers in
                let service = containers.service
                _ = await service.stop()
                // Past every point at which this service looks whether the run is to end.
                try await service.start(["CARETAKER_FAILPOINT": "execute:hang"])
                let run = try await service.startRun(["lines 3"], repository: containers.repository.path)
                try await Self.waitUntilHanging("execute", run, containers)
                _ = try await service.mutate("runs.cancel", ["id": .string(run)])
                await service.crash()
                if isContainerGone { try await containers.engine.run("rm", "--force", ContainerService.name(of: run)) }
                try await service.start()
                #expect(try await service.end(of: run).state == "cancelled")
                #expect(try await containers.leftovers() == [])
            }
        }

        private static func cancel(_ run: String, _ containers: ContainerService, _ place: String) async throws {
            let began = ContinuousClock.now
            _ = try await containers.service.mutate("runs.cancel", ["id": .string(run)])
            let ended = try await containers.service.end(of: run)
            #expect(began.duration(to: .now) < .seconds(15), "\(place)")
            #expect(ended.state == "cancelled", "\(place): \(ended.reason ?? "") \(ended.detail)")
            #expect(try await containers.leftovers() == [], "\(place)")
        }

        /// Waits for what a run's course does last before it hangs.
        private static func waitUntilHanging(_ step: String, _ run: String, _ containers: ContainerService) async throws
        {
            let service = containers.service
            var notice: String?
            switch step {
            case "init-git": notice = "Initializing"
            case "clone", "cloned": notice = "Cloning"
            case "execute": notice = "Executing"
            case "export": notice = #""type":"result""#
            case "push": notice = "is not pushed"
            default: break
            }
            guard let notice else { return }
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(notice) { break }
        }
    }
}
