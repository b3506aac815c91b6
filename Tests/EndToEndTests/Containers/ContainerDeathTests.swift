import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// Instances and agents that are killed by others than the service.
    struct ContainerDeathTests {
        @Test(arguments: ContainerTests.engines)
        func anAgentThatTakesTooMuchMemoryIsKilledBeforeItsExecutor(_ engine: EngineKind) async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 128m"
            try await ContainerService.with(setting, on: .shared(engine)) { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["commit", "big 500000000"],
                    repository: containers.repository.path
                )
                let ended = try await service.end(of: run)
                #expect(ended.state == "failed")
                #expect(ended.reason == "oom_killed" || ended.detail.contains("SIGKILL"), "\(ended.detail)")
                try await Self.expectKept(run, ended, containers)
            }
        }

        @Test(arguments: ContainerTests.engines)
        func aContainerThatIsKilledFailsTheRunAndTheWorkIsKept(_ engine: EngineKind) async throws {
            try await ContainerService.with(on: .shared(engine)) { containers in
                let run = try await Self.startRun(containers)
                try await containers.engine.run("kill", ContainerService.name(of: run))
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "failed", "\(ended.detail)")
                #expect(ended.reason == "container_exited", "\(ended.detail)")
                #expect(ended.detail.contains("137"))
                try await Self.expectKept(run, ended, containers)
            }
        }

        @Test func anExecutorThatIsKilledEndsItsContainerAndTheWorkIsKept() async throws {
            try await ContainerService.with { containers in
                let run = try await Self.startRun(containers)
                try await containers.inside(run, "kill -9 $(cat /run/caretaker/run/executor.pid)")
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "failed", "\(ended.detail)")
                #expect(ended.reason == "container_exited", "\(ended.detail)")
                try await Self.expectKept(run, ended, containers)
            }
        }

        @Test func aContainerThatIsRemovedLosesTheRunAndItsVolumeKeepsTheWork() async throws {
            try await ContainerService.with { containers in
                let run = try await Self.startRun(containers)
                try await containers.engine.run("rm", "--force", ContainerService.name(of: run))
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "lost", "\(ended.reason ?? "") \(ended.detail)")
                try await Self.expectKept(run, ended, containers)
            }
        }

        @Test func aContainerThatIsKilledWhileTheServiceIsAwayIsFoundOut() async throws {
            try await ContainerService.with { containers in
                let run = try await Self.startRun(containers)
                await containers.service.crash()
                try await containers.engine.run("kill", ContainerService.name(of: run))
                try await containers.service.start()
                let ended = try await containers.service.end(of: run)
                #expect(ended.reason == "container_exited", "\(ended.state) \(ended.detail)")
                #expect(ended.detail.contains("137"))
                try await Self.expectKept(run, ended, containers)
            }
        }

        /// Where a file is in whose presence git dies while it adds; only the first does not outlive a container.
        @Test(arguments: ["/tmp/doom", "/work/home/doom"])
        func anExportWhoseGitIsKilledIsMadeAgainInAnotherContainer(_ doom: String) async throws {
            try await ContainerService.with { containers in
                let filter = "git config filter.doom.clean 'test ! -e \(doom) || kill -9 $PPID; cat'"
                let attributes = "echo '*.txt filter=doom' >.gitattributes; echo new >new.txt"
                let run = try await containers.service.startRun(
                    ["commit", "shell \(filter); \(attributes); touch \(doom)"],
                    repository: containers.repository.path
                )
                let ended = try await containers.service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                let result = try await containers.service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                let notices = ended.bodies("notice").compactMap { $0["message"]?["content"]?[0]?["data"]?.string }
                let losses = notices.filter { $0.contains("could not be exported") }
                if doom.hasPrefix("/tmp") {
                    #expect(losses == [])
                    #expect(try await containers.newFiles(of: run)["new.txt"] == ["new"])
                } else {
                    #expect(losses.count == 1 && losses[0].contains("git add was ended by signal 9"), "\(notices)")
                }
                #expect(try await containers.leftovers() == [])
            }
        }

        private static let prompt = "gate /never 5"

        /// A run whose first step made a commit and whose second never ends.
        private static func startRun(_ containers: ContainerService) async throws -> String {
            let run = try await containers.service.startRun(
                ["commit", prompt],
                repository: containers.repository.path
            )
            try await containers.wait(for: 5, of: run)
            return run
        }

        private static func expectKept(
            _ run: String,
            _ ended: ServiceUnderTest.EndedRun,
            _ containers: ContainerService
        ) async throws {
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
            let result = try await containers.service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            let deliveries = try await containers.deliveries(of: run)
            #expect(deliveries.count == 2 && deliveries.values.allSatisfy { $0 == 1 }, "\(deliveries)")
            #expect(try await containers.leftovers() == [])
        }
    }
}
