import AgentStream
import Foundation
import TestSupport
import Testing

/// A disk that is full for a while, as a small file system of its own; the service must not be harmed by it.
@Suite(.timeLimit(.minutes(3)), .enabled(if: geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] == "true"))
struct FullDiskTests {
    @Test func runsAreEndedAndToldNewOnesAreRefusedAndAllRecoversByItself() async throws {
        try await Self.withSmallState { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            #expect(try Self.blocks(of: "\(service.state)/ballast") >= 16 << 20)
            let run = try await service.startRun(["gate \(service.folder)/never 5"], repository: repository.path)
            try await waitUntil { try await service.messages(of: run).count { $0.kind == "assistant" } == 5 }
            #expect(try await Self.readiness(service).contains("disk") == false)
            try await Self.fill(service)
            // The next write that finds no room is done nevertheless, with what was put by.
            let text = String(repeating: "x", count: 200_000)
            while FileManager.default.fileExists(atPath: "\(service.state)/ballast") {
                _ = try await service.mutate("tasks.create", Self.task(text))
            }
            let ended = try await service.end(of: run)
            #expect(ended.reason == "storage", "\(ended.state) \(ended.detail)")
            #expect(ended.detail.contains("full"))
            #expect(ended.messages.map(\.seq) == Array(1...ended.messages.count))
            // What was found holds for a second.
            try await waitUntil { try await Self.readiness(service).contains("disk") }
            let refusal = await #expect(throws: ServiceUnderTest.Refused.self) {
                try await service.startRun(["lines 1"], repository: repository.path)
            }
            #expect(refusal?.status == 503)
            let words = String(decoding: try #require(refusal).body, as: UTF8.self)
            #expect(words.contains("is full"))
            try FileManager.default.removeItem(atPath: "\(service.state)/filler")
            try await waitUntil { try await Self.readiness(service).contains("disk") == false }
            #expect(try Self.blocks(of: "\(service.state)/ballast") >= 16 << 20)
            let next = try await service.startRun(["lines 3"], repository: repository.path)
            #expect(try await service.end(of: next).state == "succeeded")
            let log = await service.stopAndReadLog()
            #expect(log.count { $0.contains("message.id=disk_full") } >= 1)
            #expect(log.last { $0.contains("message.id=disk_f") }?.contains("disk_free") == true)
            #expect(try await service.caretaker("check", "--state-dir", service.state).code == 0)
        }
    }

    @Test func aServiceThatStartsOnAFullDiskServesAndRecovers() async throws {
        try await Self.withSmallState { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 2"], repository: repository.path)
            _ = try await service.end(of: run)
            #expect(await service.stop() == 0)
            try FileManager.default.removeItem(atPath: "\(service.state)/ballast")
            try await Self.fill(service, leaving: 4)
            try await service.start()
            #expect(try await service.summary(of: run)["state"] == "succeeded")
            #expect(try await Self.readiness(service).contains("disk"))
            await #expect(throws: ServiceUnderTest.Refused.self) {
                try await service.startRun(["lines 1"], repository: repository.path)
            }
            try FileManager.default.removeItem(atPath: "\(service.state)/filler")
            try await waitUntil { try await Self.readiness(service).contains("disk") == false }
            let next = try await service.startRun(["lines 1"], repository: repository.path)
            #expect(try await service.end(of: next).state == "succeeded")
        }
    }

    @Test func aBackupForWhichThereIsNoRoomIsRefusedAndLeavesNothing() async throws {
        try await Self.withSmallState { service in
            try await Self.fill(service, leaving: 10)
            let file = "\(service.folder)/backup.sqlite"
            let refused = try await service.caretaker("backup", file, "--socket", service.socket)
            #expect(refused.code != 0)
            #expect(refused.error.contains("no room"), "\(refused.error)")
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: service.state).allSatisfy { !$0.contains(".part") }
            )
        }
    }

    private static func task(_ text: String) -> JSONValue {
        ["name": "Filling", "settings": [:], "steps": [["instructions": .string(text), "checks": ""]]]
    }

    /// The names of the checks that do not hold.
    private static func readiness(_ service: ServiceUnderTest) async throws -> [String] {
        let status = try await service.caretaker("status", "--socket", service.socket, "--format", "json")
        let answer = try JSONValue(parsing: Array(status.output.utf8))
        return (answer["checks"]?.array ?? []).filter { $0["ok"]?.bool != true }.compactMap { $0["name"]?.string }
    }

    private static func blocks(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        return Int(status.st_blocks) * 512
    }

    /// Takes all room, or all but some mebibytes.
    private static func fill(_ service: ServiceUnderTest, leaving rest: Int = 0) async throws {
        let filler = "\(service.state)/filler"
        _ = try await command("head -c 99m /dev/zero > \(filler)")
        guard rest > 0 else { return }
        #expect(try await command("truncate --size -\(rest)m \(filler)") == 0)
    }

    private static func withSmallState(_ body: (ServiceUnderTest) async throws -> Void) async throws {
        let service = try ServiceUnderTest()
        try await service.keep { service in
            let state = service.state
            try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
            try #require(await Self.command("mount -t tmpfs -o size=64m,mode=0700 none \(state)") == 0)
            do {
                try await service.start()
                try await body(service)
            } catch {
                _ = await service.stop()
                _ = try? await Self.command("umount --lazy \(state)")
                throw error
            }
            _ = await service.stop()
            #expect(try await Self.command("umount --lazy \(state)") == 0)
        }
    }

    private static func command(_ line: String) async throws -> Int32 {
        try await EndedCommand.program("/bin/sh", ["-c", line]).code
    }
}
