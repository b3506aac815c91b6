import AgentStream
import Foundation
import TestSupport
import Testing

/// The service tells a real receiver of failures, recoveries and overdue schedules.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct WebhookTests {
    /// A service with a receiver, and a repository.
    private static func with(
        _ replies: [WebhookReceiver.Reply] = [],
        _ body: (ServiceUnderTest, WebhookReceiver, GitRepository) async throws -> Void
    ) async throws {
        try await WebhookReceiver.with(replies) { receiver, url in
            let service = try ServiceUnderTest { folder in
                let secret = "\(folder)/secret"
                try Data("whsec_MDEyMzQ1Njc4OQ==\n".utf8).write(to: URL(fileURLWithPath: secret))
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
                return """
                    agent: { command: [\(Binaries.path("TestAgent"))] }
                    limits: { linger: 1s }
                    notify: { webhook: "\(url)/hooks/a-secret-path", secret_file: \(secret) }
                    """
            }
            try await service.run { service in
                try await body(service, receiver, try await GitRepository(at: "\(service.folder)/repository"))
            }
        }
    }

    /// Ends a run; answers its id.
    private static func run(
        _ step: String,
        _ service: ServiceUnderTest,
        _ repository: GitRepository,
        task: String? = nil,
        settings: JSONValue = [:]
    ) async throws -> String {
        var run = ""
        if let task {
            let input: JSONValue = ["taskId": .string(task), "repository": .string(repository.path)]
            run = try await service.mutate("runs.create", input)["id"]?.string ?? ""
        } else {
            run = try await service.startRun([step], repository: repository.path, settings: settings)
        }
        _ = try await service.end(of: run)
        return run
    }

    @Test func aFailureAndTheRecoveryAfterItAreTold() async throws {
        try await Self.with { service, receiver, repository in
            let task = try await service.mutate(
                "tasks.create",
                ["name": "Flaky", "settings": [:], "steps": [["instructions": "exit 3", "checks": ""]]]
            )
            let id = task["id"]?.string ?? ""
            let run = try await Self.run("", service, repository, task: id)
            let failed = try await receiver.request(0)
            #expect(failed.path == "/hooks/a-secret-path")
            #expect(failed.type == "run.failed")
            #expect(failed.json["data"]?["run"]?["id"]?.string == run)
            #expect(failed.json["data"]?["run"]?["state"] == "failed")
            #expect(failed.json["data"]?["run"]?["trigger"] == "manual")
            #expect(failed.json["data"]?["task"] == ["id": .string(id), "slug": "flaky", "name": "Flaky"])
            #expect(failed.json["data"]?["schedule"] == .null)
            #expect(failed.json["data"]?["failuresInARow"] == 1)
            _ = try await service.mutate(
                "tasks.update",
                ["id": .string(id), "name": "Flaky", "steps": [["instructions": "lines 2", "checks": ""]]]
            )
            let good = try await Self.run("", service, repository, task: id)
            let recovered = try await receiver.request(1)
            #expect(recovered.type == "run.recovered", "\(String(decoding: recovered.body, as: UTF8.self))")
            #expect(recovered.json["data"]?["run"]?["id"]?.string == good)
            _ = try await Self.run("", service, repository, task: id)
            let log = await service.stopAndReadLog()
            #expect(receiver.received.count == 2)
            #expect(!log.contains { $0.contains("a-secret-path") || $0.contains("MDEyMzQ1Njc4OQ") })
        }
    }

    @Test func killedBetweenTheEndOfARunAndItsDeliveryTheServiceDeliversAfterItsStart() async throws {
        try await Self.with([.hang()]) { service, receiver, repository in
            let run = try await Self.run("exit 3", service, repository)
            let first = try await receiver.request(0)
            await service.crash()
            try await service.start()
            let second = try await receiver.request(1)
            #expect(second.json["data"]?["run"]?["id"]?.string == run)
            #expect(second.id != nil)
            #expect(second.id == first.id)
            #expect(second.body == first.body)
        }
    }

    @Test func killedWhereverTheRunEndsTheFailureIsTold() async throws {
        for step in ["final", "finished"] {
            try await Self.with { service, receiver, repository in
                _ = await service.stop()
                try await service.start(["CARETAKER_FAILPOINT": "\(step):kill"])
                let run = try await service.startRun(["exit 3"], repository: repository.path)
                #expect(await service.exit() == 128 + 9)
                try await service.start()
                #expect(try await receiver.request(0).json["data"]?["run"]?["id"]?.string == run)
                _ = try await service.end(of: run)
                _ = await service.stop()
                #expect(Set(receiver.received.map(\.id)).count == 1)
            }
        }
    }

    @Test func aRetryThatFollowsIsWaitedFor() async throws {
        try await Self.with { service, receiver, repository in
            try FileManager.default.removeItem(atPath: "\(repository.path)/.git")
            let run = try await Self.run(
                "lines 2",
                service,
                repository,
                settings: ["retry": ["attempts": 2, "backoff": 0.2]]
            )
            let notice = try await receiver.request(0)
            #expect(notice.json["data"]?["run"]?["attempt"] == 2)
            #expect(notice.json["data"]?["run"]?["id"]?.string != run)
            #expect(receiver.received.count == 1)
        }
    }

    @Test func aScheduleThatIsOverdueAndItsRecoveryAreTold() async throws {
        try await Self.with { service, receiver, repository in
            let schedule = try await ScheduleTests.schedule(service, "@every 1d", repository: repository.path)
            _ = await service.stop()
            // Days pass.
            try await Self.python(
                """
                import sqlite3, sys
                with sqlite3.connect(sys.argv[1]) as db:
                    db.execute("UPDATE schedule SET createdAt = createdAt - 4 * 86400000, "
                               "updatedAt = updatedAt - 4 * 86400000, "
                               "timesSetAt = timesSetAt - 4 * 86400000")
                """,
                "\(service.state)/caretaker.sqlite"
            )
            try await service.start()
            let overdue = try await receiver.request(0)
            #expect(overdue.type == "schedule.overdue")
            #expect(overdue.json["data"]?["schedule"]?["id"]?.string == schedule)
            #expect(overdue.json["data"]?["run"] == .null)
            // Once, also after a restart.
            try await waitUntil {
                let metrics = String(decoding: try await service.get("/metrics"), as: UTF8.self)
                return metrics.contains("caretaker_notify_pending 0\n")
            }
            await service.crash()
            try await service.start()
            let run = try await service.mutate("schedules.runNow", ["id": .string(schedule)])["id"]?.string ?? ""
            _ = try await service.end(of: run)
            let recovered = try await receiver.request(1)
            #expect(recovered.type == "schedule.recovered")
            #expect(recovered.json["data"]?["run"]?["id"]?.string == run)
            #expect(recovered.json["data"]?["schedule"]?["slug"] == "a-schedule")
        }
    }

    @Test func aPersonMayTryWhetherNoticesArrive() async throws {
        try await Self.with([.status(403, body: "no such hook: /hooks/a-secret-path")]) { service, receiver, _ in
            for (code, words) in [
                (Int32(1), "127.0.0.1: The receiver answered 403: no such hook: …"),
                (0, "127.0.0.1: The receiver answered 204."),
            ] {
                let output = "\(service.folder)/output"
                let command = try ChildProcess(
                    Binaries.path("caretaker"),
                    ["notify", "test", "--socket", service.socket],
                    environment: ["PATH": "/usr/bin:/bin"],
                    output: output
                )
                #expect(await command.exit() == code)
                #expect(try String(contentsOfFile: output, encoding: .utf8) == "\(words)\n")
            }
            #expect(receiver.received.map(\.type) == ["test", "test"])
            #expect(receiver.received.first?.headers["webhook-signature"]?.hasPrefix("v1,") == true)
        }
        try await ServiceUnderTest.with { service in
            await #expect(throws: ServiceUnderTest.Refused.self) { try await service.mutate("notify.test", [:]) }
        }
    }

    @Test func whatTheReadmeSaysVerifiesANotice() async throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let lines = try String(contentsOf: readme, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        let start = try #require(lines.firstIndex { $0 == "    import base64, hashlib, hmac, time" })
        let code = lines[start...].prefix { $0.isEmpty || $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
        try await Self.with { service, receiver, repository in
            _ = try await Self.run("exit 3", service, repository)
            let notice = try await receiver.request(0)
            let body = "\(service.folder)/body"
            try Data(notice.body).write(to: URL(fileURLWithPath: body))
            let program = """
                \(code.joined(separator: "\n"))
                import json, sys
                body = open(sys.argv[1], "rb").read()
                headers = json.loads(sys.argv[2])
                secret = "whsec_MDEyMzQ1Njc4OQ=="
                assert verify(headers, body, secret)
                assert not verify(headers, body + b" ", secret)
                assert not verify(headers | {"webhook-id": "other"}, body, secret)
                assert not verify(headers | {"webhook-timestamp": "1000"}, body, secret)
                """
            let names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
            let headers = JSONObject(names.map { .init(key: $0, value: .string(notice.headers[$0] ?? "")) })
            try await Self.python(program, body, String(decoding: JSONValue.object(headers).encoded, as: UTF8.self))
        }
    }

    @Test func withoutAnAddressNothingIsWritten() async throws {
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            _ = try await Self.run("exit 3", service, repository)
            _ = await service.stop()
            try await Self.python(
                """
                import sqlite3, sys
                with sqlite3.connect(sys.argv[1]) as db:
                    for table in ["notice", "toldFailure", "toldOverdue"]:
                        assert db.execute("SELECT count(*) FROM " + table).fetchone() == (0,)
                """,
                "\(service.state)/caretaker.sqlite"
            )
        }
    }

    /// Runs a program of Python's, which must end well.
    private static func python(_ program: String, _ arguments: String...) async throws {
        let child = try ChildProcess(
            "/usr/bin/python3",
            ["-c", program] + arguments,
            environment: ["PATH": "/usr/bin:/bin"]
        )
        var lines: [String] = []
        for await line in child.errorLines { lines.append(line) }
        #expect(await child.exit() == 0, "\(lines.joined(separator: "\n"))")
    }
}
