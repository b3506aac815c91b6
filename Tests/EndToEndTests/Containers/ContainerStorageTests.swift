import AgentStream
import Foundation
import TestSupport
import Testing

extension ContainerTests {
    /// A disk that is full for a while.
    struct ContainerStorageTests {
        @Test func aFullStateDirectoryEndsTheRunHonestlyAndTheNextOneWorks() async throws {
            try await Self.withSmallState { containers in
                let service = containers.service
                let run = try await service.startRun(
                    ["commit", "gate /work/home/gate 5 20000"],
                    repository: containers.repository.path
                )
                try await containers.wait(for: 5, of: run)
                let filler = "\(service.state)/filler"
                _ = try await Self.command("head -c 99m /dev/zero > \(filler)")
                try await containers.open("/work/home/gate", of: run)
                // It has seen the full disk when the agent, who cannot be spooled, is no more.
                try await containers.inside(run, "while grep TestAgent /proc/[0-9]*/comm; do sleep 0.02; done")
                #expect(try await service.query("tasks.list").array?.count == 1)
                try FileManager.default.removeItem(atPath: filler)
                let ended = try await service.end(of: run)
                #expect(ended.reason == "storage", "\(ended.state) \(ended.detail)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                let result = try await service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                // What was put by is put by again before a run is made.
                try await waitUntil { FileManager.default.fileExists(atPath: "\(service.state)/ballast") }
                let next = try await service.startRun(["lines 3"], repository: containers.repository.path)
                #expect(try await service.end(of: next).state == "succeeded")
                #expect(try await containers.leftovers() == [])
            }
        }

        @Test func aWorkspaceTooSmallForTheCloneEndsTheRunAndLeavesNothing() async throws {
            try await Self.withSmallWorkspace("64k", ["commit"]) { ended, _ in
                #expect(ended.reason == "clone_failed", "\(ended.state) \(ended.detail)")
            }
        }

        @Test func aWorkspaceThatTheAgentFillsKeepsItsCommits() async throws {
            let steps = ["commit", "shell head -c 64m /dev/zero >big", "commit more.txt"]
            try await Self.withSmallWorkspace("8m", steps) { ended, result in
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                #expect(result["commits"]?.array?.isEmpty == false, "\(ended.state) \(ended.detail)")
                #expect(ended.messages.contains { $0.kind == "notice" })
            }
        }

        /// Carries out a run whose workspace is on a small file system, and one after it that has room.
        private static func withSmallWorkspace(
            _ size: String,
            _ steps: [String],
            _ check: @Sendable (ServiceUnderTest.EndedRun, JSONValue) throws -> Void
        ) async throws {
            var setting = ContainerService.Setting()
            setting.executors = "memory: 512m, max_concurrent: 1"
            try await ContainerService.with(setting) { containers in
                let service = containers.service
                let repository = containers.repository.path
                // It holds the only place while the next one's volume is made small.
                let first = try await service.startRun(["gate /work/home/gate 1 100"], repository: repository)
                try await containers.wait(for: 1, of: first)
                let run = try await service.startRun(steps, repository: repository)
                try await containers.makeSmallVolume(of: run, like: first, size: size)
                try await containers.open("/work/home/gate", of: first)
                #expect(try await service.end(of: first).state == "succeeded")
                let ended = try await service.end(of: run)
                try check(ended, try await service.query("runs.result", ["id": .string(run)]))
                let next = try await service.startRun(["lines 3"], repository: repository)
                #expect(try await service.end(of: next).state == "succeeded")
                #expect(try await containers.leftovers() == [])
            }
        }

        /// Runs `body` with the state directory on a small file system of its own.
        private static func withSmallState(_ body: @Sendable (ContainerService) async throws -> Void) async throws {
            try await ContainerService.with { containers in
                let state = containers.service.state
                #expect(await containers.service.stop() == 0)
                let user = ContainerService.user
                let options = "size=64m,mode=0700,uid=\(user),gid=\(user)"
                try #require(await Self.command("mount -t tmpfs -o \(options) none \(state)") == 0)
                do {
                    try await containers.service.start()
                    try await body(containers)
                } catch {
                    _ = try? await Self.command("umount --lazy \(state)")
                    throw error
                }
                _ = await containers.service.stop()
                #expect(try await Self.command("umount --lazy \(state)") == 0)
            }
        }

        private static func command(_ line: String) async throws -> Int32 {
            try await ChildProcess("/bin/sh", ["-c", line], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
                .exit()
        }
    }
}

extension ContainerService {
    /// Makes a queued run's volume before the service does, on a small file system.
    fileprivate func makeSmallVolume(of run: String, like other: String, size: String) async throws {
        let format = #"{{index .Labels "caretaker.installation"}}"#
        let installation = try await engine.run("volume", "inspect", "--format", format, Self.name(of: other))
        let labels = ["caretaker.installation=\(installation.trimmingCharacters(in: .whitespacesAndNewlines))"]
        let options = ["type=tmpfs", "device=tmpfs", "o=size=\(size)"].flatMap { ["--opt", $0] }
        let marks = (labels + ["caretaker.run=\(run)"]).flatMap { ["--label", $0] }
        _ = try await engine.run(["volume", "create"] + options + marks + [Self.name(of: run)])
    }
}
