import AgentStream
import Foundation
import TestSupport
import Testing

/// A service in whose pages there is something of everything to see.
struct BrowserScene: Sendable {
    let service: ServiceUnderTest
    let base: String
    /// What stands in for a name in braces in an address.
    private(set) var places: [String: String] = [:]

    @TaskLocal fileprivate static var current: BrowserScene?

    struct Missing: Error {}

    static func shared() throws -> BrowserScene {
        guard let current else { throw Missing() }
        return current
    }

    /// An address such as `/runs/{failed}`.
    func url(_ path: String) -> String {
        base + places.reduce(path) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
    }

    fileprivate init(_ service: ServiceUnderTest) async throws {
        self.service = service
        base = "http://127.0.0.1:\(await service.port)"
        let repository = try await GitRepository(
            at: "\(service.folder)/repository",
            files: ["README.md": "A repository.\n", "notes.txt": "untidy   \nlines\t\n"]
        )
        try await makeEndedRuns(repository.path)
        try await makeSchedules(repository.path)
        try await makeRunsOnTheirWay(repository.path)
    }

    private mutating func makeEndedRuns(_ repository: String) async throws {
        let tidy = try await makeTask(
            "Tidy up the white space",
            ["commit", "dirty"],
            settings: [
                "limits": ["idle": 600, "deadline": 3600], "environment": ["LANG": "C.UTF-8"], "retry": ["attempts": 2],
            ]
        )
        places["task"] = tidy
        places["succeeded"] = try await run(tidy, repository)
        _ = try await service.mutate(
            "tasks.update",
            [
                "id": .string(tidy), "name": "Tidy up the white space",
                "steps": [["instructions": "lines 3", "checks": "The lines are there."]],
            ]
        )
        _ = try await run(tidy, repository)
        let recordings = "cat \(Self.recordings)/*.jsonl"
        places["recordings"] = try await run(
            makeTask("Everything that agents say", ["shell \(recordings)"]),
            repository
        )
        places["failed"] = try await run(
            makeTask(
                "Bump every dependency of the frontend and of its very-long-named-sub-packages-too",
                ["error-result"]
            ),
            repository
        )
        places["long"] = try await run(makeTask("A long one", ["lines 450 200"]), repository)
        let gone = try await makeTask("A task that is gone", ["denied"])
        places["deleted"] = gone
        places["denied"] = try await run(gone, repository)
        _ = try await service.mutate("tasks.delete", ["id": .string(gone)])
    }

    /// One of whose slots one became a run and one came while it was paused, one that is to come, and one by hand.
    private mutating func makeSchedules(_ repository: String) async throws {
        let quick = try await makeTask("A quick one", ["lines 1"])
        let schedule = try await makeSchedule("Now and then", quick, ScheduleTests.soon(1).expression, repository)
        places["schedule"] = schedule
        _ = try await service.end(of: ScheduleTests.firstRun(of: schedule, service))
        let pause: JSONValue = ["id": .string(schedule), "note": "until the release is out"]
        _ = try await service.mutate("schedules.pause", pause)
        for (number, expression) in [ScheduleTests.soon(1).expression, "*/10 * * * *"].enumerated() {
            let edit: JSONValue = ["id": .string(schedule), "expression": .string(expression)]
            _ = try await service.mutate("schedules.update", edit)
            if number == 0 { try await waitForSlots(2, of: schedule) }
        }
        places["nightly"] = try await makeSchedule(
            "Nightly",
            quick,
            "30 2 * * 1-5",
            repository,
            ["zone": "Europe/Berlin", "policy": ["jitter": 300, "overlap": "queue_one", "pauseAfterFailures": 5]]
        )
        _ = try await makeSchedule("By hand", quick, "@manual", repository)
    }

    private func waitForSlots(_ count: Int, of schedule: String) async throws {
        let id: JSONValue = ["id": .string(schedule)]
        try await waitUntil { try await (service.query("schedules.slots", id).array?.count ?? 0) >= count }
    }

    private mutating func makeRunsOnTheirWay(_ repository: String) async throws {
        let gated = try await makeTask("One that takes its time", ["gate \(service.folder)/gate 12", "lines 1"])
        places["running"] = try await start(gated, repository)
        _ = try await start(gated, repository)
        places["queued"] = try await start(gated, repository)
        let running: JSONValue = ["id": .string(places["running"] ?? "")]
        try await waitUntil {
            try await (service.query("runs.messages", running)["messages"]?.array?.count ?? 0) >= 12
        }
        try await waitUntil { try await service.query("runs.list", ["state": "running"]).array?.count == 2 }
    }

    private func makeTask(_ name: String, _ steps: [String], settings: JSONValue = [:]) async throws -> String {
        let steps = JSONValue.array(steps.map { ["instructions": .string($0), "checks": ""] })
        let task = try await service.mutate(
            "tasks.create",
            ["name": .string(name), "steps": steps, "settings": settings]
        )
        return task["id"]?.string ?? ""
    }

    private func makeSchedule(
        _ name: String,
        _ task: String,
        _ expression: String,
        _ repository: String,
        _ more: JSONObject = [:]
    ) async throws -> String {
        var input: JSONObject = [
            "name": .string(name), "task": .string(task), "repository": .string(repository),
            "expression": .string(expression),
        ]
        for member in more { input[member.key] = member.value }
        return try await service.mutate("schedules.create", .object(input))["id"]?.string ?? ""
    }

    private func start(_ task: String, _ repository: String) async throws -> String {
        let input: JSONValue = ["taskId": .string(task), "repository": .string(repository)]
        return try await service.mutate("runs.create", input)["id"]?.string ?? ""
    }

    private func run(_ task: String, _ repository: String) async throws -> String {
        let run = try await start(task, repository)
        for try await _ in try await service.events(of: run) {}
        return run
    }

    /// What the real agent once wrote.
    static let recordings = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../AgentStreamTests/Fixtures").standardized.path
}

/// Has the tests of a suite share a service with something of everything.
struct SharedScene: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let settings = """
            executors: { max_concurrent: 2, max_per_repository: 2 }
            limits: { linger: 1s }
            """
        try await ServiceUnderTest.with(settings: settings) { service in
            let scene = try await BrowserScene(service)
            try await BrowserScene.$current.withValue(scene) { try await function() }
        }
    }
}

extension Trait where Self == SharedScene {
    /// One service with something of everything for all of the suite.
    static var sharedScene: SharedScene { SharedScene() }
}
