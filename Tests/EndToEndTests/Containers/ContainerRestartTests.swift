import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// The service stops and starts while agents go on.
    struct ContainerRestartTests {
        @Test(arguments: ContainerTests.engines, [false, true])
        func fourAgentsGoOnWithoutTheServiceAndAreFoundAgain(_ engine: EngineKind, isKilled: Bool) async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, max_concurrent: 4"
            try await ContainerService.with(setting, on: .shared(engine)) { containers in
                let service = containers.service
                let prompt = "gate /work/home/gate 50"
                let runs = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 1...4 {
                        group.addTask {
                            let run = try await service.startRun([prompt], repository: containers.repository.path)
                            try await containers.wait(for: 50, of: run)
                            return run
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                if isKilled { await service.crash() } else { #expect(await service.stop() == 0) }
                #expect(try await containers.leftovers().count == 8)
                // Two go on and end while nobody listens.
                for run in runs.prefix(2) {
                    try await containers.open("/work/home/gate", of: run)
                    try await containers.inside(run, Self.untilTheAgentHasEnded)
                }
                let began = ContinuousClock.now
                try await service.start()
                for run in runs.suffix(2) {
                    #expect(try await service.summary(of: run)["state"] == "running")
                    try await containers.open("/work/home/gate", of: run)
                }
                // What the agents print from now on comes through whoever took them up again.
                for run in runs { try await containers.wait(for: 100, of: run) }
                #expect(began.duration(to: .now) < .seconds(5))
                for run in runs {
                    let ended = try await service.end(of: run)
                    #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                    let numbers = ended.bodies("assistant").map { $0["message"]?["id"]?.string }
                    #expect(numbers == (1...100).map { "msg_\($0)" })
                    #expect(try await containers.deliveries(of: run) == [prompt: 1])
                }
                #expect(try await containers.leftovers() == [])
            }
        }

        /// Its exit record is in the run's folder.
        private static let untilTheAgentHasEnded =
            "until ls /run/caretaker/run/executions/*/exit.json 2>/dev/null; do sleep 0.02; done"
    }
}
