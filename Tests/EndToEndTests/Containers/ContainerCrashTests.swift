import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// `kill -9` of the service before and after every step of a run's course.
    struct ContainerCrashTests {
        private static let steps = [
            "admitted", "fetch", "fetched", "create", "created", "init-git", "clone", "cloned", "running",
            "execution-row", "execute", "batch", "step-ended", "execution-row:2", "execute:2", "step-ended:2", "export",
            "exported", "push", "stop", "stopped", "final", "finished",
        ]

        @Test func killedAtEachStepTheRunEndsRightAndNothingIsLeft() async throws {
            try await ContainerService.with { containers in
                for step in Self.steps {
                    let words = step.split(separator: ":").map(String.init)
                    let point = "\(words[0]):kill" + (words.count > 1 ? ":\(words[1])" : "")
                    _ = await containers.service.stop()
                    try await containers.service.start(["CARETAKER_FAILPOINT": point])
                    let run = try await Self.startRun(containers)
                    #expect(await containers.service.exit() == 128 + 9, "\(step)")
                    try await containers.service.start()
                    try await Self.expectWhole(run, containers, step)
                }
            }
        }

        /// What the engine has just done when the service dies without having heard of it.
        @Test(arguments: ["create", "start", "die", "destroy"])
        func killedWhileTheEngineActsTheRunEndsRightAndNothingIsLeft(_ action: String) async throws {
            try await ContainerService.with { containers in
                let watch = try ContainerWatch(containers.engine)
                let run = try await Self.startRun(containers)
                await watch.first(action)
                await containers.service.crash()
                try await containers.service.start()
                try await Self.expectWhole(run, containers, action)
            }
        }

        @Test func aRunThatWasQueuedWhenTheServiceDiedIsCarriedOut() async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, max_concurrent: 1"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                let path = containers.repository.path
                let first = try await service.startRun(["gate /work/home/gate 1"], repository: path)
                try await containers.wait(for: 1, of: first)
                let second = try await Self.startRun(containers)
                await service.crash()
                try await service.start()
                try await containers.open("/work/home/gate", of: first)
                #expect(try await service.end(of: first).state == "succeeded")
                try await Self.expectWhole(second, containers, "queued")
            }
        }

        @Test(.enabled(if: ContainerTests.isSoak, "CARETAKER_SOAK=1"))
        func killedAtRandomTimesEachRunEndsRight() async throws {
            try await ContainerService.with { containers in
                for kill in 1...200 {
                    let run = try await Self.startRun(containers)
                    _ = try await ChildProcess("/bin/sleep", ["\(Double.random(in: 0...2))"], environment: [:]).exit()
                    await containers.service.crash()
                    try await containers.service.start()
                    try await Self.expectWhole(run, containers, "kill \(kill)")
                }
            }
        }

        private static func startRun(_ containers: ContainerService) async throws -> String {
            let id = UInt32.random(in: .min ... .max)
            return try await containers.service.startRun(
                ["commit", "lines 20 100"],
                repository: containers.repository.path,
                settings: ["push": ["branch": .string("work-\(id)")]]
            )
        }

        /// That each prompt was delivered once, each message is stored once, and only the run's row and work are left.
        private static func expectWhole(
            _ run: String,
            _ containers: ContainerService,
            _ place: String
        ) async throws {
            let service = containers.service
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(place): \(ended.reason ?? "") \(ended.detail)")
            #expect(ended.messages.map(\.seq) == Array(1...max(1, ended.messages.count)), "\(place)")
            #expect(ended.bodies("result").count == 2, "\(place)")
            #expect(ended.bodies("assistant").count == 20, "\(place)")
            let notices = ended.bodies("notice").compactMap { $0["message"]?["content"]?[0]?["data"]?.string }
            #expect(Set(notices).count == notices.count - 1, "\(place): \(notices)")
            #expect(try await containers.deliveries(of: run) == ["commit": 1, "lines 20 100": 1], "\(place)")
            let result = try await service.query("runs.result", ["id": .string(run)])
            let branch = result["pushedTo"]?.string
            #expect(branch != nil, "\(place)")
            if let branch { #expect(try await containers.commits(on: branch) == 2, "\(place)") }
            let instances = try await service.query("instances.list").array?.filter { $0["runId"]?.string == run }
            #expect(instances?.map { $0["status"]?.string } == ["stopped"], "\(place)")
            #expect(try await containers.leftovers() == [], "\(place)")
            try await containers.waitUntilCleared(run)
        }
    }
}

extension ContainerService {
    /// Waits until a run's folder holds nothing but the agent's work.
    func waitUntilCleared(_ run: String) async throws {
        let others = "ls -A \(service.state)/runs/\(run) | grep -vxE 'export.json|work.bundle|work.patch'"
        let waiting = try ChildProcess(
            "/usr/bin/timeout",
            ["20", "/bin/sh", "-c", "while \(others); do sleep 0.02; done"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        #expect(await waiting.exit() == 0, "The folder of \(run) was not cleared.")
    }
}
