import AgentStream
import Foundation
import TestSupport
import Testing

/// The API as its OpenAPI document tells it, tried by schemathesis: valid input, and input that is wrong on purpose.
@Suite(.timeLimit(.minutes(30)), .enabled(if: Schemathesis.isWanted, "\(Schemathesis.remedy)"))
struct SchemathesisTests {
    @Test func noCallFailsByTheServiceAndEveryAnswerIsAsTheDocumentSays() async throws {
        let program = try #require(Schemathesis.program, "\(Schemathesis.remedy)")
        try await ServiceUnderTest.with { service in
            let known = try await known(service)
            let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            let environment = [
                "PATH": "/usr/bin:/bin", "HOME": service.folder, "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1", "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": place.path,
                "KNOWN": String(decoding: known.encoded, as: UTF8.self),
            ]
            let seed = isSoak ? Int.random(in: 1...1_000_000) : 1
            let ended = try await EndedCommand.program(
                "/usr/bin/env",
                [
                    // It keeps notes where it is started.
                    "-C", service.folder, program,
                    "--config-file", place.appendingPathComponent("schemathesis.toml").path, "run",
                    "http://127.0.0.1:\(await service.port)/openapi.json", "--no-color", "--seed", String(seed),
                    "--max-examples", isSoak ? "300" : "4", "--phases",
                    isSoak ? "coverage,fuzzing,stateful" : "coverage,fuzzing",
                    "--request-timeout", "60", "--suppress-health-check", "all", "--continue-on-failure",
                    "--warnings", "off",
                ],
                environment: environment
            )
            print("schemathesis: seed \(seed), \(ended.output.matches(of: /[0-9]+ generated.*/).map(\.output))")
            #expect(ended.code == 0, "\(ended.output)\(ended.error)")
            let log = await service.stopAndReadLog()
            #expect(!log.contains { $0.contains("call_failed") || $0.contains("a request failed") }, "\(log)")
        }
    }

    /// What calls may name: tasks, a schedule with slots, a run that has ended with work, and its instance.
    private func known(_ service: ServiceUnderTest) async throws -> JSONValue {
        let repository = try await GitRepository(at: "\(service.folder)/repository")
        let run = try await service.startRun(["commit", "dirty"], repository: repository.path)
        _ = try await service.end(of: run)
        let tasks = try await service.query("tasks.list").array ?? []
        var schedules: [JSONValue] = []
        for name in ["one", "two"] {
            let schedule = try await service.mutate(
                "schedules.create",
                [
                    "name": .string(name), "task": tasks.first?["id"] ?? .null, "repository": .string(repository.path),
                    "expression": "0 0 1 1 *",
                ]
            )
            schedules.append(schedule["id"] ?? .null)
        }
        let instances = try await service.query("instances.list").array ?? []
        return [
            "tasks": .array(tasks.compactMap { $0["id"] }), "runs": [.string(run)], "schedules": .array(schedules),
            "instances": .array(instances.compactMap { $0["id"] }), "repository": .string(repository.path),
        ]
    }
}
