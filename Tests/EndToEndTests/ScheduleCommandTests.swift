import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker schedule …` against a real service.
@Suite(.timeLimit(.minutes(3)))
struct ScheduleCommandTests {
    @Test func everySettingOfAScheduleHasAFlag() async throws {
        try await Self.withTask { service in
            let made = try await Self.json(
                service,
                ["create", "Nightly", "--task", "one", "--repository", "owner/name", "--at", "30 2 * * 1-5"]
                    + ["--zone", "Europe/Berlin", "--ref", "main", "--jitter", "30s", "--overlap", "queue_one"]
                    + ["--catch-up", "all", "--deadline", "6h", "--cap", "7", "--start", "2025-06-01T00:00"]
                    + ["--end", "2099-06-01T00:00:00Z", "--pause-after-failures", "3", "--priority=-5", "--precheck"],
                // What follows -- is the precheck's.
                after: ["test", "-f", "--format"]
            )
            #expect(made["slug"] == "nightly")
            #expect(made["zone"] == "Europe/Berlin")
            #expect(made["ref"] == "main")
            #expect(made["policy"] == Self.policyOfAllFlags)
            let shown = try await Self.caretaker(service, ["show", "nightly"])
            #expect(shown.code == 0)
            #expect(shown.output.contains("30 2 * * 1-5"))
            #expect(shown.output.contains("jitter                30s"), "\(shown.output)")
            let cleared = try await Self.json(
                service,
                ["edit", "nightly", "--jitter", "0", "--at", "@daily", "--clear", "ref", "--clear", "zone"]
                    + ["start", "end", "pause-after-failures", "priority", "precheck"].flatMap { ["--clear", $0] }
            )
            #expect(cleared["expression"] == "@daily")
            #expect(cleared["ref"]?.isNull == true)
            #expect(cleared["policy"]?["jitter"] == 0)
            #expect(cleared["policy"]?["overlap"] == "queue_one")
            for key in ["start", "end", "pauseAfterFailures", "priority", "precheck"] {
                #expect(cleared["policy"]?[key]?.isNull == true, "\(key)")
            }
        }
    }

    private static let policyOfAllFlags: JSONValue = [
        "jitter": 30, "overlap": "queue_one", "catchUp": "all", "deadline": 21_600, "cap": 7,
        "start": "2025-05-31T22:00:00.000Z", "end": "2099-06-01T00:00:00.000Z", "pauseAfterFailures": 3,
        "priority": -5, "precheck": ["test", "-f", "--format"],
    ]

    @Test func aScheduleIsListedPausedResumedAndDeleted() async throws {
        try await Self.withTask { service in
            let made = try await Self.caretaker(service, Self.create)
            #expect(made.code == 0, "\(made.error)")
            #expect(made.output == "some-day\n")
            #expect(try await Self.json(service, ["list", "--task", "one"]).array?.count == 1)
            #expect(try await Self.caretaker(service, ["list"]).output.contains("some-day"))
            let paused = try await Self.json(service, ["pause", "some-day", "--note", "Holidays"])
            #expect(paused["pause"]?["note"] == "Holidays")
            #expect(paused["pause"]?["by"]?.string == NSUserName())
            #expect(try await Self.json(service, ["resume", "some-day"])["state"] == "active")
            #expect(try await Self.json(service, ["pause-all", "--note", "Move"])["pause"]?["note"] == "Move")
            #expect(try await Self.json(service, ["show", "some-day"])["pausedByAll"] == true)
            #expect(try await Self.json(service, ["resume-all"])["pause"]?.isNull == true)
            #expect(try await Self.json(service, ["slots", "some-day"]) == [])
            #expect(try await Self.json(service, ["delete", "some-day"])["slug"] == "some-day")
            let gone = try await Self.caretaker(service, ["show", "some-day"])
            #expect(gone.code == 70)
            #expect(gone.error.contains("There is no schedule some-day."))
        }
    }

    @Test func aScheduleRunsWhenItIsToldTo() async throws {
        try await Self.withTask { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository")
            #expect(try await Self.caretaker(service, Self.create + ["--repository", repository.path]).code == 0)
            #expect(try await Self.caretaker(service, ["pause", "some-day"]).code == 0)
            let started = try await Self.caretaker(service, ["run", "some-day"])
            let run = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try await service.end(of: run).state == "succeeded")
            let listed = try await service.query("runs.list", ["scheduleId": "some-day"])
            #expect(listed[0]?["id"]?.string == run)
        }
    }

    @Test func previewAndBackfillAnswerInBothForms() async throws {
        try await Self.withTask { service in
            let preview = ["preview", "30 2 * * *", "--zone", "America/New_York", "--count", "1"]
            let after = ["--after", "2026-03-08T00:00"]
            let text = try await Self.caretaker(service, preview + after)
            #expect(text.output.contains("2026-03-08T03:00:00-04:00\n"), "\(text.output)")
            let json = try await Self.json(service, preview + after)
            #expect(json["nextAt"]?[0] == "2026-03-08T07:00:00.000Z")
            _ = try await Self.caretaker(service, Self.create)
            let range = ["--from", "2025-01-01", "--to", "2025-01-02"]
            #expect(
                try await Self.json(service, ["backfill", "some-day"] + range)
                    == ["runs": [], "hadRuns": 0, "open": 0]
            )
            let plain = try await Self.caretaker(service, ["backfill", "some-day"] + range)
            #expect(plain.code == 0)
            #expect(plain.output == "")
            #expect(
                plain.error
                    == "runs made: 0; slots that had runs before: 0; open slots, which are not made up for: 0\n"
            )
        }
    }

    @Test func anExpressionIsExplainedAlikeWithAndWithoutAService() async throws {
        try await Self.withTask { service in
            let expression = ["H 2 29 2 *", "--zone", "America/New_York"]
            let here = try await EndedCommand.caretaker(["cron", "explain", "--format", "json"] + expression)
            #expect(here.code == 0, "\(here.error)")
            let explained = try JSONValue(parsing: here.output)
            #expect(explained["nextAt"]?.array?.count == 3)
            #expect(explained["lint"]?[0]?["code"] == "hash_without_id")
            #expect(try await Self.json(service, ["preview", "--count", "3"] + expression) == explained)
        }
    }

    @Test(
        arguments: [
            (["create", "X", "--task", "one", "--repository", "o/n", "--at", "0 25 * * *"], "expression: hour"),
            (["create", "X", "--task", "one", "--repository", "o/n", "--at", "@daily", "--zone", "No/Where"], "zone:"),
            (["create", "X", "--task", "none", "--repository", "o/n", "--at", "@daily"], "task:"),
            (["create", "X", "--task", "one", "--repository", "o/n", "--at", "@daily", "--jitter", "soon"], "jitter"),
            (["create", "X", "--task", "one", "--repository", "o/n", "--at", "@daily", "--cap", "0"], "policy.cap:"),
            (["create", "X", "--task", "one", "--repository", "o/n", "--at", "@daily", "--precheck"], "--precheck"),
            (["edit", "X", "--clear", "name"], "--clear"),
        ]
    )
    func whatIsWrongIsNamedAndExitsWith64(_ arguments: [String], _ words: String) async throws {
        try await Self.withTask { service in
            let result = try await Self.caretaker(service, arguments)
            #expect(result.code == 64)
            #expect(result.error.contains(words), "\(result.error)")
        }
    }

    @Test func retriesOfATaskHaveFlags() async throws {
        try await ServiceUnderTest.with { service in
            let flags = ["--attempts", "3", "--backoff", "1.5", "--max-backoff", "60", "--retry-after-delivery"]
            let made = try await EndedCommand.caretaker(
                ["task", "create", "Two", "--step", "x", "--socket", service.socket, "--format", "json"] + flags
            )
            #expect(made.code == 0, "\(made.error)")
            #expect(
                try JSONValue(parsing: made.output)["settings"]?["retry"]
                    == ["attempts": 3, "backoff": 1.5, "maxBackoff": 60, "afterDelivery": true]
            )
            let wrong = try await EndedCommand.caretaker(["task", "create", "Two", "--step", "x", "--backoff", "5"])
            #expect(wrong.code == 64)
        }
    }

    private static let create = [
        "create", "Some day", "--task", "one", "--repository", "owner/name", "--at", "0 0 29 2 *",
    ]

    private static func withTask(_ body: (ServiceUnderTest) async throws -> Void) async throws {
        try await ServiceUnderTest.with { service in
            _ = try await service.mutate(
                "tasks.create",
                ["name": "One", "steps": [["instructions": "lines 1", "checks": ""]]]
            )
            try await body(service)
        }
    }

    private static func caretaker(_ service: ServiceUnderTest, _ arguments: [String]) async throws -> EndedCommand {
        try await EndedCommand.caretaker(["schedule"] + arguments + ["--socket", service.socket])
    }

    private static func json(
        _ service: ServiceUnderTest,
        _ arguments: [String],
        after terminator: [String] = []
    ) async throws -> JSONValue {
        let tail = terminator.isEmpty ? [] : ["--"] + terminator
        let connection = ["--socket", service.socket, "--format", "json"]
        let ended = try await EndedCommand.caretaker(["schedule"] + arguments + connection + tail)
        #expect(ended.code == 0, "\(ended.error)")
        return try JSONValue(parsing: ended.output)
    }
}
