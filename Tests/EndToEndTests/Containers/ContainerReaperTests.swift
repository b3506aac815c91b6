import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// What the reaper removes from a real engine, and what it leaves.
    struct ContainerReaperTests {
        @Test(arguments: ContainerTests.engines)
        func onlyOrphansOfThisInstallationAreRemoved(_ engine: EngineKind) async throws {
            var setting = ContainerService.Setting()
            setting.lines = "reaper: { grace: 1s, period: 1s }"
            try await ContainerService.with(setting, on: .shared(engine)) { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["gate /work/home/gate 1"],
                    repository: containers.repository.path
                )
                try await containers.wait(for: 1, of: run)
                let label = #"{{index .Config.Labels "caretaker.installation"}}"#
                let own = try await containers.engine.run("inspect", "--format", label, ContainerService.name(of: run))
                let number = UInt32.random(in: .min ... .max)
                let orphan = try await Thing("orphan-\(number)", installation: own, containers.engine)
                let foreign = try await Thing("foreign-\(number)", installation: "another", containers.engine)
                let nobodys = try await Thing("nobodys-\(number)", installation: nil, containers.engine)
                // Its going is seen by at least two passes after that of the orphan, which are as many as it takes.
                for _ in 1...2 {
                    try await containers.until("the orphan goes") { try await !orphan.isThere() }
                    let found = try await service.mutate("instances.reap", ["dryRun": false]).array ?? []
                    let decisions = found.filter { $0["id"]?.string == foreign.name }
                    #expect(decisions.allSatisfy { $0["reason"] == "foreign" }, "\(decisions)")
                    try await containers.pass(seconds: 1.2)
                }
                #expect(try await foreign.isThere())
                #expect(try await nobodys.isThere())
                let shown = try await containers.engine.runProgram(
                    Binaries.path("caretaker"),
                    ["reap", "--dry-run", "--socket", service.socket]
                )
                #expect(shown.contains("foreign") && shown.contains("tracked"), "\(shown)")
                try await containers.open("/work/home/gate", of: run)
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                for thing in [foreign, nobodys] { try await thing.remove() }
                let log = await service.stopAndReadLog()
                #expect(log.contains { $0.contains("reaper.reason=untracked") && $0.contains("orphan-\(number)") })
                let container = log.first {
                    $0.contains("reaper.kind=container") && $0.contains("run.id=orphan-\(number)")
                }
                #expect(container?.contains(/container\.id=[0-9a-f]{12}\s/) == true, "\(container ?? "")")
            }
        }

        @Test func whatARunLeftBehindWithoutItsRowsIsRemoved() async throws {
            var setting = ContainerService.Setting()
            setting.lines = "reaper: { grace: 1s, period: 1s }"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                _ = await service.stop()
                try await service.start(["CARETAKER_FAILPOINT": "created:kill"])
                _ = try await service.startRun(["lines 1"], repository: containers.repository.path)
                #expect(await service.exit() == 128 + 9)
                #expect(try await containers.leftovers().count == 2)
                // As after a database from a backup: the installation is the same, the rows are not there.
                let forgetting = "PRAGMA foreign_keys=OFF; DELETE FROM run; DELETE FROM instance; DELETE FROM message;"
                let code = "import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
                try await containers.engine.runProgram(
                    "/usr/bin/python3",
                    ["-c", code, "\(service.state)/caretaker.sqlite", forgetting]
                )
                try await service.start()
                try await containers.until("the orphans go") { try await containers.leftovers() == [] }
            }
        }

        @Test(.enabled(if: isSoak, "CARETAKER_SOAK=1"))
        func aVolumeThatSomebodyElseUsesEndsTheRunAndIsLeftToTheReaper() async throws {
            var setting = ContainerService.Setting()
            setting.lines = "reaper: { grace: 1s, period: 1s }"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["gate /work/home/gate 1"],
                    repository: containers.repository.path
                )
                try await containers.wait(for: 1, of: run)
                let volume = ContainerService.name(of: run)
                let user = "user-of-\(volume)"
                try await containers.engine.run(
                    ["run", "--detach", "--name", user, "--volume", "\(volume):/volume", "--entrypoint", "sleep"]
                        + [setting.image, "86400"]
                )
                try await containers.open("/work/home/gate", of: run)
                let ended = try await service.end(of: run)
                #expect(ended.state == "succeeded", "\(ended.reason ?? "") \(ended.detail)")
                let notice = ended.bodies("notice").last?["message"]?["content"]?[0]?["data"]?.string ?? ""
                #expect(notice.contains("cannot be removed yet"), "\(notice)")
                #expect(try await containers.leftovers() == [volume])
                try await containers.engine.run("rm", "--force", user)
                try await containers.until("the volume goes") { try await containers.leftovers() == [] }
            }
        }

        /// A running container and a volume that look like an executor's.
        private struct Thing: Sendable {
            let name: String
            let engine: TestEngine

            init(_ name: String, installation: String?, _ engine: TestEngine) async throws {
                self.name = "caretaker-\(name)"
                self.engine = engine
                let labels =
                    installation.map {
                        ["--label", "caretaker.installation=\($0)", "--label", "caretaker.run=\(name)"]
                    }
                    ?? []
                try await engine.run(["volume", "create"] + labels + [self.name])
                // Podman's own limits are more than may be given away on every machine.
                let limits = ["--ulimit", "nofile=1024", "--ulimit", "nproc=1024"]
                try await engine.run(
                    ["run", "--detach", "--name", self.name] + labels + limits + ["--entrypoint", "sleep"]
                        + ["caretaker-executor:test", "86400"]
                )
            }

            /// Whether any of it is there; all of a foreign one has to be.
            func isThere() async throws -> Bool {
                let containers = try await engine.run("ps", "--quiet", "--filter", "name=\(name)")
                let volumes = try await engine.run("volume", "ls", "--quiet", "--filter", "name=\(name)")
                #expect(!name.contains("foreign") || containers.isEmpty == volumes.isEmpty)
                return !containers.isEmpty || !volumes.isEmpty
            }

            func remove() async throws {
                try await engine.run("rm", "--force", name)
                try await engine.run("volume", "rm", name)
            }
        }
    }
}
