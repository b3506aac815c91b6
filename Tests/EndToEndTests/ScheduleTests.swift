import AgentStream
import Foundation
import TestSupport
import Testing

/// Schedules of the running service: they fire, ask their precheck, and their runs are tried again.
@Suite(.timeLimit(.minutes(3)))
struct ScheduleTests {
    /// A second of the near future, as `@at` has it, and as slots are told.
    static func soon(_ seconds: Int64 = 2) -> (expression: String, slot: String) {
        let text = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: Double(seconds)))
        return ("@at \(text)", text.dropLast() + ".000Z")
    }

    /// A schedule of a new task with one step.
    static func schedule(
        _ service: ServiceUnderTest,
        _ expression: String,
        step: String = "lines 2",
        repository: String,
        settings: JSONValue = [:],
        policy: JSONValue = [:]
    ) async throws -> String {
        let task = try await service.mutate(
            "tasks.create",
            ["name": "A task", "steps": [["instructions": .string(step), "checks": ""]], "settings": settings]
        )
        let schedule = try await service.mutate(
            "schedules.create",
            [
                "name": "A schedule", "task": task["id"] ?? .null, "repository": .string(repository),
                "expression": .string(expression), "policy": policy,
            ]
        )
        return schedule["id"]?.string ?? ""
    }

    /// The first of a schedule's runs, as soon as there is one.
    static func firstRun(of schedule: String, _ service: ServiceUnderTest) async throws -> String {
        while true {
            let runs = try await service.query("runs.list", ["scheduleId": .string(schedule)])
            if let run = runs[0]?["id"]?.string { return run }
        }
    }

    @Test func aScheduleFiresOnTimeAndItsSlotIsAccountedFor() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let (expression, slot) = Self.soon()
            let schedule = try await Self.schedule(service, expression, repository: repository.path)
            let run = try await Self.firstRun(of: schedule, service)
            let ended = try await service.end(of: run)
            #expect(ended.state == "succeeded")
            #expect(ended.summary["trigger"] == "schedule")
            #expect(ended.summary["slot"]?.string == slot)
            // Queued in the very second.
            #expect(ended.summary["createdAt"]?.string?.prefix(19) == slot.prefix(19))
            let slots = try await service.query("schedules.slots", ["id": .string(schedule)]).array ?? []
            #expect(slots.count == 1)
            #expect(slots.first?["slot"]?.string == slot)
            #expect(slots.first?["runId"]?.string == run)
        }
    }

    @Test func aSlotThatCameWhileTheServiceWasAwayIsMadeUpForOnce() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let (expression, slot) = Self.soon()
            let schedule = try await Self.schedule(service, expression, repository: repository.path)
            await service.crash()
            while ISO8601DateFormatter().string(from: .now) <= slot.prefix(19) + "Z" { await Task.yield() }
            for _ in 1...2 {
                try await service.start()
                let run = try await Self.firstRun(of: schedule, service)
                #expect(try await service.end(of: run).summary["slot"]?.string == slot)
                await service.crash()
            }
            try await service.start()
            let runs = try await service.query("runs.list", ["scheduleId": .string(schedule)])
            #expect(runs.array?.count == 1)
        }
    }

    struct Precheck: Sendable {
        let script: String
        let state: String
        let reason: String?
        let deliveries: Int
    }

    @Test(arguments: [
        Precheck(script: "test -f README.md", state: "succeeded", reason: nil, deliveries: 1),
        Precheck(script: "echo all is tidy; exit 78", state: "succeeded", reason: "nothing_to_do", deliveries: 0),
        Precheck(script: "echo no network; exit 3", state: "failed", reason: "precheck_failed", deliveries: 0),
        Precheck(script: "kill -9 $$", state: "failed", reason: "precheck_failed", deliveries: 0),
    ])
    func aPrecheckDecidesWhetherTheAgentIsStarted(_ precheck: Precheck) async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let schedule = try await Self.schedule(
                service,
                "@manual",
                repository: repository.path,
                policy: ["precheck": ["sh", "-c", .string(precheck.script)]]
            )
            let run = try await service.mutate("schedules.runNow", ["id": .string(schedule)])["id"]?.string ?? ""
            let ended = try await service.end(of: run)
            #expect(ended.state == precheck.state, "\(ended.detail)")
            #expect(ended.reason == precheck.reason)
            #expect(service.deliveries().values.reduce(0, +) == precheck.deliveries)
            if precheck.script.contains("echo") {
                #expect(ended.detail.contains(precheck.script.contains("tidy") ? "all is tidy" : "no network"))
            }
        }
    }

    @Test func aRunThatCouldNotBeginIsTriedAgainAsItsTaskSays() async throws {
        try await ServiceUnderTest.with { service in
            let path = "\(service.folder)/repository"
            _ = try await GitRepository(at: path)
            let schedule = try await Self.schedule(
                service,
                "@manual",
                repository: path,
                settings: ["retry": ["attempts": 3, "backoff": 0.5]]
            )
            let files = FileManager.default
            try files.moveItem(atPath: "\(path)/.git", toPath: "\(path)/away")
            let first = try await service.mutate("schedules.runNow", ["id": .string(schedule)])["id"]?.string ?? ""
            let failed = try await service.end(of: first)
            #expect(failed.state == "failed")
            #expect(failed.reason == "fetch_failed", "\(failed.detail)")
            try files.moveItem(atPath: "\(path)/away", toPath: "\(path)/.git")
            while true {
                let runs = try await service.query("runs.list", ["scheduleId": .string(schedule)]).array ?? []
                if runs.first?["state"] == "succeeded" {
                    #expect(runs.first?["trigger"] == "retry")
                    #expect(runs.first?["retryOf"]?.string == runs[1]["id"]?.string)
                    #expect(runs.first?["slot"]?.isNull == true)
                    #expect(runs.first?["attempt"]?.int == runs.count)
                    break
                }
                #expect(runs.count <= 3)
            }
        }
    }
}
