import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// Many runs at once.
    struct ContainerCapTests {
        @Test func noMoreContainersRunThanTheCapAllowsAndAllRunsEndRight() async throws {
            let count = isSoak ? 100 : 16
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, max_concurrent: 4"
            try await ContainerService.with(setting) { containers in
                let watch = try ContainerWatch(containers.engine)
                let service = containers.service
                let runs = try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 1...count {
                        group.addTask {
                            try await service.startRun(["lines \(number)"], repository: containers.repository.path)
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(runs).count == count)
                try await withThrowingTaskGroup(of: ServiceUnderTest.EndedRun.self) { group in
                    for run in runs { group.addTask { try await service.end(of: run) } }
                    for try await ended in group {
                        #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                        #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                    }
                }
                #expect(try await containers.leftovers() == [])
                let most = await watch.mostAtOnce(ending: count)
                #expect(most == 4)
            }
        }
    }
}
