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
                let ballast = "\(service.state)/ballast"
                _ = try await Self.command("head -c 99m /dev/zero > \(ballast)")
                try await containers.open("/work/home/gate", of: run)
                // It has seen the full disk when the agent, who cannot be spooled, is no more.
                try await containers.inside(run, "while grep TestAgent /proc/[0-9]*/comm; do sleep 0.02; done")
                #expect(try await service.query("tasks.list").array?.count == 1)
                try FileManager.default.removeItem(atPath: ballast)
                let ended = try await service.end(of: run)
                #expect(ended.reason == "storage", "\(ended.state) \(ended.detail)")
                #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
                let result = try await service.query("runs.result", ["id": .string(run)])
                #expect(result["commits"]?.array?.count == 1)
                let next = try await service.startRun(["lines 3"], repository: containers.repository.path)
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
                let options = "size=24m,mode=0700,uid=\(user),gid=\(user)"
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
