import AgentStream
import Foundation
import Glibc
import TestSupport
import Testing

/// Queue, cancellation, deadlines, and a service that is one of two.
@Suite(.timeLimit(.minutes(3)))
struct LifecycleTests {
    @Test func aSecondServiceOnTheSameStateExitsWith75AndTouchesNothing() async throws {
        try await ServiceUnderTest.with { service in
            let before = try Self.listing(service.state)
            let second = try await service.makeProcess()
            #expect(await second.exit() == 75)
            #expect(try Self.listing(service.state) == before)
            #expect(try await service.query("tasks.list").array?.isEmpty == true)
        }
    }

    @Test func runsAboveTheCapWaitInOrderAndSayWhy() async throws {
        let settings = "executors: { max_concurrent: 1 }"
        try await ServiceUnderTest.with(settings: settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let first = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
            for try await event in try await service.events(of: first)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
            let second = try await service.startRun(["lines 1"], repository: repository.path)
            let third = try await service.startRun(["lines 2"], repository: repository.path)
            #expect(try await service.summary(of: second)["position"]?.int == 1)
            #expect(try await service.summary(of: third)["position"]?.int == 2)
            let cancelled = try await service.mutate("runs.cancel", ["id": .string(second)])
            #expect(cancelled["state"] == "cancelled")
            #expect(try await service.summary(of: third)["position"]?.int == 1)
            try service.makeFile(gate)
            #expect(try await service.end(of: third).state == "succeeded")
            #expect(try await service.end(of: first).state == "succeeded")
            #expect(service.deliveries()["lines 1"] == nil)
        }
    }

    @Test func aCancelledRunKeepsItsMessagesAndTheAgentsWork() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["commit", "gate \(service.folder)/never 3"],
                repository: repository.path
            )
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_3""#) { break }
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            let ended = try await service.end(of: run)
            #expect(ended.state == "cancelled", "\(ended.state) \(ended.detail)")
            #expect(ended.bodies("assistant").count >= 3)
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
            #expect(Processes.mentioning("runs/\(run)").isEmpty)
        }
    }

    @Test func removingAnActiveInstanceCancelsItsRun() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["gate \(service.folder)/never 1"], repository: repository.path)
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
            let instances = try await service.query("instances.list").array ?? []
            #expect(instances.map { $0["status"] } == ["executing"])
            let removed = try await service.mutate("instances.remove", ["id": instances.first?["id"] ?? .null])
            #expect(removed == ["status": "removed"])
            #expect(try await service.end(of: run).state == "cancelled")
            let after = try await service.query("instances.list").array ?? []
            #expect(after.map { $0["status"] } == ["stopped"])
        }
    }

    @Test func anInstanceTellsWhatAllItsProcessesUse() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            // `tail` holds what has no end of line until it knows the end.
            let hold = "shell (head -c 80000000 /dev/zero; read -r _ < \(service.folder)/pipe) | tail -n 1"
            #expect(mkfifo("\(service.folder)/pipe", 0o600) == 0)
            let run = try await service.startRun([hold], repository: repository.path)
            try await waitUntil {
                let instance = try await service.query("instances.list").array?.first
                return (instance?["memoryBytes"]?.int ?? 0) > 80_000_000 && instance?["cpuSeconds"]?.double ?? 0 > 0
            }
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            #expect(try await service.end(of: run).state == "cancelled")
        }
    }

    @Test func aCancelBetweenStepsKeepsTheNextPromptBack() async throws {
        try await ServiceUnderTest.with { service in
            _ = await service.stop()
            // It waits between the first step's end and the second's beginning, for ever.
            try await service.start(["CARETAKER_FAILPOINT": "step-ended:hang"])
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["commit", "lines 3"], repository: repository.path)
            for try await event in try await service.events(of: run)
            where String(decoding: event.data, as: UTF8.self).contains(#""type":"result""#) { break }
            _ = try await service.mutate("runs.cancel", ["id": .string(run)])
            await service.crash()
            try await service.start()
            let ended = try await service.end(of: run)
            #expect(ended.state == "cancelled", "\(ended.state) \(ended.detail)")
            #expect(service.deliveries() == ["commit": 1])
            let result = try await service.query("runs.result", ["id": .string(run)])
            #expect(result["commits"]?.array?.count == 1)
        }
    }

    @Test func aRunPastItsDeadlineTimesOutWithTotal() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(
                ["gate \(service.folder)/never 1"],
                repository: repository.path,
                settings: ["limits": ["deadline": 3]]
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "timed_out")
            #expect(ended.reason == "total")
        }
    }

    @Test func deletingATaskCancelsItsQueuedRunsAndKeepsThemReadable() async throws {
        let settings = "executors: { max_concurrent: 1 }"
        try await ServiceUnderTest.with(settings: settings) { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let gate = "\(service.folder)/gate"
            let active = try await service.startRun(["gate \(gate) 1"], repository: repository.path)
            for try await event in try await service.events(of: active)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
            let task = try await service.summary(of: active)["taskId"] ?? .null
            let input: JSONValue = ["taskId": task, "repository": .string(repository.path)]
            let queued = try await service.mutate("runs.create", input)["id"]?.string ?? ""
            _ = try await service.mutate("tasks.delete", ["id": task])
            #expect(try await service.summary(of: queued)["state"] == "cancelled")
            #expect(try await service.summary(of: queued)["taskId"] == task)
            try service.makeFile(gate)
            #expect(try await service.end(of: active).state == "succeeded")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
    func anUnprivilegedServiceDoesAllThis() async throws {
        try await ServiceUnderTest.with { service in
            #expect(await service.stop() == 0)
            try FileManager.default.removeItem(atPath: service.state)
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await service.become(65_534)
            try await service.start()
            let run = try await service.startRun(
                // The last leaves a folder that its owner may not write, as module caches do.
                ["commit", "fork-children", "dirty", "shell mkdir -p ../home/a/b && chmod -R a-w ../home/a"],
                repository: repository.path,
                settings: ["push": ["branch": "work"]]
            )
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded", "\(ended.state) \(ended.detail)")
            let first = try await service.startRun(["gate \(service.folder)/never 1"], repository: repository.path)
            for try await event in try await service.events(of: first)
            where String(decoding: event.data, as: UTF8.self).contains(#""msg_1""#) { break }
            await service.crash()
            try await service.start()
            _ = try await service.mutate("runs.cancel", ["id": .string(first)])
            #expect(try await service.end(of: first).state == "cancelled")
            #expect(!FileManager.default.fileExists(atPath: "\(service.state)/runs/\(run)/home"))
        }
    }

    @Test func aRetryIsANewRunThatNamesTheFirst() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let first = try await service.startRun(["exit 3"], repository: repository.path)
            #expect(try await service.end(of: first).state == "failed")
            let second = try await service.mutate("runs.retry", ["id": .string(first)])["id"]?.string ?? ""
            #expect(try await service.end(of: second).summary["retryOf"]?.string == first)
        }
    }

    @Test(arguments: ["/nowhere/at/all", "ext::sh -c true", "--upload-pack=true", "owner"])
    func aRepositoryThatCannotBeUsedIsRefusedByName(_ repository: String) async throws {
        try await ServiceUnderTest.with { service in
            var refused: ServiceUnderTest.Refused?
            do {
                _ = try await service.startRun(["lines 1"], repository: repository)
            } catch let error as ServiceUnderTest.Refused {
                refused = error
            }
            #expect(refused?.status == 400)
            let text = String(decoding: refused?.body ?? [], as: UTF8.self)
            #expect(text.contains("repository"))
            let runs = try await service.query("runs.list")
            #expect(runs == [])
        }
    }

    @Test func anUnknownRefFailsTheRunWithItsReason() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 1"], repository: repository.path, ref: "no-such-branch")
            let ended = try await service.end(of: run)
            #expect(ended.reason == "invalid_input")
            #expect(ended.detail.contains("ref"))
        }
    }

    private static func listing(_ folder: String) throws -> [String: Date] {
        var listing: [String: Date] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            listing[name] = attributes[.modificationDate] as? Date
        }
        return listing
    }
}
