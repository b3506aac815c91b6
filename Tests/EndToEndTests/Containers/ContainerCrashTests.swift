import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// `kill -9` of the service before and after every step of a run's course.
    struct ContainerCrashTests {
        @Test(.timeLimit(.minutes(5)))
        func killedBeforeAndAfterEachStepTheRunEndsRightAndNothingIsLeft() async throws {
            #expect(KillPoint.all.count == 30)
            try await Self.kill(at: KillPoint.all, on: .shared())
        }

        @Test(.timeLimit(.minutes(5)), .enabled(if: TestEngine.isWanted(.podman), "\(TestEngine.remedy)"))
        func killedAtTheStepsThatAnotherEngineMayTakeOtherwiseTheRunEndsRight() async throws {
            let places = ["after create", "after start", "after message batch", "after stop and remove"]
            let points = KillPoint.all.filter { places.contains($0.description) }
            #expect(points.count == 4)
            try await Self.kill(at: points, on: .shared(.podman))
        }

        /// Kills the service once at each point, each time in a run of its own.
        private static func kill(at points: [KillPoint], on engine: TestEngine) async throws {
            let socket = "/tmp/ct-proxy-\(UInt32.random(in: .min ... .max)).sock"
            let proxy = try SocketProxy(at: socket, before: engine.socket)
            defer { proxy.end() }
            var setting = ContainerService.Setting()
            setting.socket = socket
            try await ContainerService.with(setting, on: engine) { containers in
                for point in points {
                    let killed = try await KilledRun(containers: containers, engine: proxy).kill(at: point)
                    try await containers.service.start()
                    let run = if let killed { killed } else { try await startRun(containers) }
                    try await expectWhole(run, containers, "\(point)")
                }
                print("The service was killed at \(points.count) points with \(engine.kind.rawValue).")
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

        @Test(.enabled(if: isSoak, "CARETAKER_SOAK=1"))
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
            try await containers.service.startRun(
                KilledRun.steps,
                repository: containers.repository.path,
                settings: KilledRun.settings
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
