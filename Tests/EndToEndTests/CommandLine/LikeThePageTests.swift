import AgentStream
import Foundation
import TestSupport
import Testing

/// What the page offers beyond one call of a procedure, as commands.
@Suite(.timeLimit(.minutes(3)))
struct LikeThePageTests {
    @Test func aRunCanBeStartedLikeAnEarlierOne() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await Self.makeTask(service, "One")
            let first = try await Self.run(
                service,
                ["run", "start", "one", "--repository", repository.path, "--ref", "main", "--priority", "7"]
                    + ["--environment", "A=1", "--environment", "B=1", "--idle", "50"]
            )
            let earlier = first.trimmingCharacters(in: .newlines)
            let second = try await Self.run(
                service,
                ["run", "start", "one", "--like", earlier, "--environment", "B=2", "--model", "m", "--format", "json"]
            )
            let run = try await service.query("runs.byId", ["id": try JSONValue(parsing: second)["id"] ?? .null])
            #expect(run["repository"] == .string(repository.path) && run["ref"] == "main" && run["priority"] == 7)
            #expect(run["settings"]?["environment"] == ["A": "1", "B": "2"])
            #expect(run["settings"]?["agent"] == ["model": "m"] && run["settings"]?["limits"] == ["idle": 50])
            try await Self.makeTask(service, "Two")
            let other = try await Self.caretaker(service, ["run", "start", "two", "--like", earlier])
            #expect(other.code == 64 && other.error.contains("of another task"), "\(other.error)")
        }
    }

    @Test func anEarlierVersionOfATaskCanBeRestored() async throws {
        try await ServiceUnderTest.with { service in
            try await Self.makeTask(service, "One")
            let old = try await service.query("tasks.byId", ["id": "one"])
            _ = try await service.mutate(
                "tasks.update",
                ["id": "one", "name": "New", "steps": [], "settings": ["maxConcurrent": 2]]
            )
            #expect(try await Self.run(service, ["task", "restore", "one", "1"]) == "one: version 3\n")
            let restored = try await service.query("tasks.byId", ["id": "one"])
            for key in ["name", "steps", "settings"] { #expect(restored[key] == old[key], "\(key)") }
            let none = try await Self.caretaker(service, ["task", "restore", "one", "9"])
            #expect(none.code == 70 && none.error.contains("no version 9"), "\(none.error)")
        }
    }

    @Test func whatADeletionComesToIsToldBefore() async throws {
        try await ServiceUnderTest.with(settings: "executors: { max_concurrent: 1 }") { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            try await Self.makeTask(service, "One", "gate \(service.folder)/open 1")
            _ = try await service.mutate(
                "schedules.create",
                [
                    "name": "Nightly", "task": "one", "repository": .string(repository.path), "expression": "@daily",
                    "policy": ["overlap": "allow"],
                ]
            )
            let first = try await service.mutate("schedules.runNow", ["id": "nightly"])["id"]?.string ?? ""
            _ = try await service.mutate("schedules.runNow", ["id": "nightly"])
            try await waitUntil { try await service.summary(of: first)["state"] == "running" }
            let plan: JSONValue = ["queued": 1, "active": 1, "managedBy": .null]
            let ofSchedule = try await Self.run(
                service,
                ["schedule", "delete", "nightly", "--dry-run", "--format", "json"]
            )
            #expect(try JSONValue(parsing: ofSchedule) == plan, "\(ofSchedule)")
            let ofTask = try await Self.run(service, ["task", "delete", "one", "--dry-run"])
            #expect(ofTask.contains("schedules deleted       1\nqueued runs cancelled   1\n"), "\(ofTask)")
            #expect(try await service.query("tasks.byId", ["id": "one"])["slug"] == "one")
            try service.makeFile("\(service.folder)/open")
            _ = try await service.end(of: first)
            #expect(try await Self.run(service, ["task", "delete", "one"]) == "")
            #expect(try await service.query("schedules.byId", ["id": "nightly"]).isNull)
            let gone = try await Self.caretaker(service, ["task", "delete", "one", "--dry-run"])
            #expect(gone.code == 70, "\(gone.error)")
        }
    }

    @Test func aRunIsShownWithHowItsStepsEnded() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            let run = try await service.startRun(["lines 1", "exit 3"], repository: repository.path)
            _ = try await service.end(of: run)
            let shown = try await Self.run(service, ["run", "show", run])
            #expect(shown.contains("STEP") && shown.contains("(exit 0)") && shown.contains("(exit 3)"), "\(shown)")
        }
    }

    private static func makeTask(_ service: ServiceUnderTest, _ name: String, _ prompt: String = "lines 1") async throws
    {
        let steps: JSONValue = [["instructions": .string(prompt), "checks": ""]]
        _ = try await service.mutate("tasks.create", ["name": .string(name), "steps": steps])
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments + ["--socket", service.socket])
    }

    /// What a command that succeeds prints.
    private static func run(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> String {
        let ended = try await caretaker(service, arguments)
        #expect(ended.code == 0, "\(arguments): \(ended.error)")
        return ended.output
    }
}
