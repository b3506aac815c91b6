import AgentStream
import Model
import Server
import Store
import Testing

/// A service to which files are applied, at noon of 19 May 2025.
struct FileScene {
    let service: TestService
    let clock: SetClock

    static func run(_ body: (FileScene) async throws -> Void) async throws {
        let clock = SetClock(ScheduleScene.noon)
        var settings = TestService.Settings()
        settings.clock = clock
        try await TestService.run(settings) { service in
            try await body(FileScene(service: service, clock: clock))
        }
    }

    var store: Store { service.store }

    /// A task's document, with further or other fields.
    static func task(_ slug: String, _ changes: JSONObject = [:]) -> JSONValue {
        var object: JSONObject = [
            "kind": "task", "slug": .string(slug), "name": .string("The \(slug)"),
            "steps": [["instructions": "Do it"]],
        ]
        for change in changes { object[change.key] = change.value }
        return .object(object)
    }

    /// A schedule within a task's document, with further or other fields.
    static func schedule(_ slug: String, _ changes: JSONObject = [:]) -> JSONValue {
        var object: JSONObject = [
            "slug": .string(slug), "name": .string("When \(slug)"), "repository": "owner/name",
            "expression": "*/15 * * * *",
        ]
        for change in changes { object[change.key] = change.value }
        return .object(object)
    }

    /// Applies documents, by default all of one file.
    func apply(
        _ documents: [JSONValue],
        of owner: String = "/tasks",
        in files: [String]? = nil,
        prune: Bool = false,
        isDryRun: Bool = false,
        isForced: Bool = false
    ) async throws -> JSONValue {
        let documents = documents.enumerated().map { index, content -> JSONValue in
            ["file": .string(files?[index] ?? "\(owner)/a.yaml"), "content": content]
        }
        let answer = try await service.mutate(
            "files.apply",
            [
                "documents": .array(documents), "owner": .string(owner), "prune": .bool(prune),
                "dryRun": .bool(isDryRun), "force": .bool(isForced),
            ]
        )
        #expect(answer.status == 200, "\(answer.message)")
        return try #require(answer.data)
    }

    /// What happens, each as `create task a`.
    static func actions(_ answer: JSONValue) -> [String] {
        (answer["changes"]?.array ?? []).map { change in
            ["action", "kind", "slug"].map { change[$0]?.string ?? "" }.joined(separator: " ")
        }
    }

    /// Where something is wrong and what, each as `1 steps.0.instructions: Required`.
    static func problems(_ answer: JSONValue) -> [String] {
        (answer["problems"]?.array ?? []).map { problem in
            let path = (problem["path"]?.array ?? []).map { $0.string ?? "\($0.int ?? -1)" }.joined(separator: ".")
            return "\(problem["document"]?.int ?? -1) \(path): \(problem["message"]?.string ?? "")"
        }
    }
}
