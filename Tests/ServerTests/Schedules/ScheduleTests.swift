import AgentStream
import Cron
import Foundation
import Model
import Server
import Store
import Testing

/// Schedules are made, changed, listed and deleted by calls.
@Suite(.timeLimit(.minutes(5))) struct ScheduleTests {
    @Test func aScheduleAnswersAllThatItIs() async throws {
        try await ScheduleScene.run { scene in
            let task = try #require(try await scene.store.task("tidy-up"))
            let policy: JSONValue = [
                "jitter": 30, "overlap": "queue_one", "catchUp": "all", "deadline": 3600, "cap": 7,
                "start": "2025-06-01T00:00:00.000Z", "end": "2026-06-01T00:00:00.000Z", "pauseAfterFailures": 3,
                "priority": -5, "precheck": ["test", "-f", "go"],
            ]
            let made = try await scene.make([
                "name": "Nightly", "expression": "  30 2 * * 1-5", "zone": "Europe/Berlin", "ref": "main",
                "policy": policy,
            ])
            let id = try #require(made["id"])
            #expect(
                made == [
                    "id": id, "slug": "nightly", "name": "Nightly", "taskId": .string(task.id.rawValue),
                    "repository": "owner/name", "ref": "main", "expression": "30 2 * * 1-5",
                    "resolved": "30 2 * * 1-5", "zone": "Europe/Berlin", "policy": policy, "state": "active",
                    "pause": .null, "pausedByAll": false, "createdAt": "2025-05-19T12:00:00.000Z",
                    "updatedAt": "2025-05-19T12:00:00.000Z", "accountedUntil": "2025-05-19T12:00:00.000Z",
                    "nextAt": "2025-06-02T00:30:00.000Z", "next": "2025-06-02T02:30:00+02:00", "failuresInARow": 0,
                    "managedBy": .null,
                ]
            )
            #expect(try await scene.query("byId", ["id": id]) == made)
            #expect(try await scene.query("byId", ["id": "nightly"]) == made)
            #expect(try await scene.query("byId", ["id": "none"]).isNull)
            // Two keys that were swapped on both ways would look right from outside.
            let stored = try #require(try await scene.store.schedule("nightly")).content
            #expect(stored.policy.precheck == ["test", "-f", "go"])
            #expect(stored.policy.jitter == 30)
            #expect(stored.policy.deadline == 3600)
            #expect(stored.policy.pauseAfterFailures == 3)
            #expect(stored.policy.end == Timestamp(milliseconds: 1_780_272_000_000))
        }
    }

    @Test func whatIsNotGivenTakesTheDefaults() async throws {
        try await ScheduleScene.run(zones: ScheduleZones(standard: "Asia/Tokyo")) { scene in
            let made = try await scene.make(["ref": .null, "zone": .null, "policy": [:]])
            #expect(made["zone"] == "Asia/Tokyo")
            #expect(made["ref"]?.isNull == true)
            #expect(
                made["policy"] == [
                    "jitter": 0, "overlap": "skip", "catchUp": "latest", "deadline": 86_400, "cap": 100,
                    "start": .null, "end": .null, "pauseAfterFailures": .null, "priority": .null, "precheck": .null,
                ]
            )
            #expect(made["nextAt"] == "2025-05-19T12:15:00.000Z")
            #expect(made["next"] == "2025-05-19T21:15:00+09:00")
        }
    }

    @Test func theZoneIsThatOfThePrefixOrTheHostsWhenNoneIsGiven() async throws {
        let files = ZoneFiles(hostFolder: "/nonexistent", environmentZone: ":America/New_York")
        try await ScheduleScene.run(zones: ScheduleZones(files: files)) { scene in
            #expect(try await scene.make()["zone"] == "America/New_York")
            let prefixed = try await scene.make(["expression": "CRON_TZ=Asia/Kolkata 0 9 * * *"])
            #expect(prefixed["zone"] == "Asia/Kolkata")
            #expect(prefixed["expression"] == "CRON_TZ=Asia/Kolkata 0 9 * * *")
            #expect(prefixed["resolved"] == "0 9 * * *")
            #expect(prefixed["next"] == "2025-05-20T09:00:00+05:30")
            let both = try await scene.make([
                "expression": "CRON_TZ=Asia/Kolkata 0 9 * * *", "zone": "Asia/Kolkata",
            ])
            #expect(both["zone"] == "Asia/Kolkata")
        }
    }

    @Test func aBoundWithoutOffsetIsMeantInTheSchedulesZone() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make([
                "zone": "America/New_York", "policy": ["start": "2025-07-01T00:00", "end": "2025-08-01"],
            ])
            #expect(made["policy"]?["start"] == "2025-07-01T04:00:00.000Z")
            #expect(made["policy"]?["end"] == "2025-08-01T04:00:00.000Z")
            // The start itself is within the bounds.
            #expect(made["nextAt"] == "2025-07-01T04:00:00.000Z")
            let over = try await scene.make(["policy": ["end": "2025-05-19T12:10:00Z"]])
            #expect(over["nextAt"]?.isNull == true)
            #expect(over["state"] == "active")
        }
    }

    @Test func whatHashesDependsOnTheScheduleAndStays() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make(["expression": "H H * * *"])
            let resolved = try #require(made["resolved"]?.string)
            #expect(!resolved.contains("H"))
            let id = try #require(made["id"])
            let preview = try await scene.query("preview", ["expression": "H H * * *", "id": "every-quarter"])
            #expect(preview["resolved"]?.string == resolved)
            let renamed = try await scene.data("update", ["id": id, "name": "Other"])
            #expect(renamed["resolved"]?.string == resolved)
            #expect(renamed["slug"] == made["slug"])
        }
    }

    /// What `schedules.create` gets beside what is right, and the field that is wrong.
    static let wrong: [(input: String, path: String)] = [
        (#"{"name":""}"#, "name"), (#"{"name":5}"#, "name"), (#"{"task":"none"}"#, "task"),
        (#"{"repository":"denied/x"}"#, "repository"), (#"{"ref":"bad..ref"}"#, "ref"), (#"{"ref":""}"#, "ref"),
        (#"{"expression":""}"#, "expression"), (#"{"expression":"  "}"#, "expression"),
        (#"{"expression":"60 * * * *"}"#, "expression"), (#"{"expression":"* * * * * *"}"#, "expression"),
        (#"{"expression":"0 0 30 2 *"}"#, "expression"), (#"{"expression":"@reboot"}"#, "expression"),
        (#"{"expression":"@at 2025-05-19T12:00:00Z"}"#, "expression"),
        (#"{"expression":"@at 2020-01-01T00:00:00Z"}"#, "expression"),
        (#"{"expression":"CRON_TZ=No/Where 0 0 * * *"}"#, "expression"),
        (#"{"zone":"No/Where"}"#, "zone"), (#"{"zone":"../../etc/passwd"}"#, "zone"), (#"{"zone":""}"#, "zone"),
        (#"{"zone":"UTC","expression":"CRON_TZ=Asia/Tokyo 0 0 * * *"}"#, "zone"),
        (#"{"policy":null}"#, "policy"), (#"{"policy":{"stranger":1}}"#, "policy"),
        (#"{"policy":{"jitter":-1}}"#, "policy.jitter"), (#"{"policy":{"jitter":86401}}"#, "policy.jitter"),
        (#"{"policy":{"jitter":1.5}}"#, "policy.jitter"), (#"{"policy":{"jitter":null}}"#, "policy.jitter"),
        (#"{"policy":{"overlap":"never"}}"#, "policy.overlap"), (#"{"policy":{"catchUp":"some"}}"#, "policy.catchUp"),
        (#"{"policy":{"deadline":2678401}}"#, "policy.deadline"), (#"{"policy":{"deadline":-1}}"#, "policy.deadline"),
        (#"{"policy":{"cap":0}}"#, "policy.cap"), (#"{"policy":{"cap":1001}}"#, "policy.cap"),
        (#"{"policy":{"start":"soon"}}"#, "policy.start"), (#"{"policy":{"start":5}}"#, "policy.start"),
        (#"{"policy":{"end":"2025-02-30T00:00:00Z"}}"#, "policy.end"),
        (#"{"policy":{"start":"2025-06-01T00:00:00Z","end":"2025-06-01T00:00:00Z"}}"#, "policy.end"),
        (#"{"policy":{"pauseAfterFailures":0}}"#, "policy.pauseAfterFailures"),
        (#"{"policy":{"pauseAfterFailures":1001}}"#, "policy.pauseAfterFailures"),
        (#"{"policy":{"priority":1001}}"#, "policy.priority"), (#"{"policy":{"precheck":[]}}"#, "policy.precheck"),
        (#"{"policy":{"precheck":[""]}}"#, "policy.precheck"), (#"{"policy":{"precheck":"x"}}"#, "policy.precheck"),
        (#"{"policy":{"precheck":["a\u0000"]}}"#, "policy.precheck.0"), (#"{"stranger":1}"#, ""),
    ]

    @Test func aRefusedScheduleNamesTheFieldAndChangesNothing() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make()
            for (input, path) in Self.wrong {
                let changes = try #require(try JSONValue(parsing: input).object)
                let refused = try await scene.service.mutate("schedules.create", ScheduleScene.input(changes))
                #expect(refused.status == 400, "\(input)")
                #expect(refused.issuePaths == [path], "\(input): \(refused.message)")
                var update: JSONObject = ["id": "every-quarter"]
                for change in changes { update[change.key] = change.value }
                let kept = try await scene.service.mutate("schedules.update", .object(update))
                #expect(kept.status == 400, "\(input)")
                #expect(kept.issuePaths == [path], "\(input): \(kept.message)")
            }
            #expect(try await scene.query("list") == [made])
        }
    }

    @Test func aFaultInAnExpressionIsToldWithItsPlace() async throws {
        try await ScheduleScene.run { scene in
            let refused = try await scene.service.mutate(
                "schedules.create",
                ScheduleScene.input(["expression": "0 25 * * *"])
            )
            let message = try #require(refused.issues.first?["message"]?.string)
            #expect(message.hasPrefix("hour, at byte 2:"), "\(message)")
        }
    }

    @Test func aTaskWithoutStepsCannotBeScheduled() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.store.createTask(TaskContent(name: "Empty", steps: [], settings: TaskSettings()))
            let refused = try await scene.service.mutate("schedules.create", ScheduleScene.input(["task": "empty"]))
            #expect(refused.status == 409)
        }
    }

    @Test(arguments: [
        "create", "update", "byId", "list", "delete", "pause", "resume", "pauseAll", "resumeAll", "pauseState",
        "runNow", "preview", "slots", "backfill",
    ])
    func unknownKeysAreRefusedByName(_ procedure: String) async throws {
        try await ScheduleScene.run { scene in
            let isQuery = ["byId", "list", "pauseState", "preview", "slots"].contains(procedure)
            let path = "schedules.\(procedure)"
            let answer =
                try await isQuery
                ? scene.service.query(path, ["strange key": 1]) : scene.service.mutate(path, ["strange key": 1])
            #expect(answer.status == 400)
            #expect(answer.issues.last?["message"] == "Unrecognized key(s) in object: 'strange key'")
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        try await ScheduleScene.run { scene in
            for procedure in ["update", "delete", "pause", "resume", "runNow"] {
                let answer = try await scene.service.mutate("schedules.\(procedure)", ["id": "none"])
                #expect(answer.status == 404, "\(procedure)")
            }
            #expect(try await scene.service.query("schedules.slots", ["id": "none"]).status == 404)
            let range: JSONValue = ["id": "none", "from": "2025-01-01", "to": "2025-01-02"]
            #expect(try await scene.service.mutate("schedules.backfill", range).status == 404)
        }
    }

    @Test func listsGoOnAfterASchedule() async throws {
        try await ScheduleScene.run { scene in
            let other = try await scene.store.someTask("Other")
            for number in 1...5 {
                _ = try await scene.make([
                    "name": .string("S \(number)"), "task": number == 3 ? .string(other.id.rawValue) : "tidy-up",
                ])
            }
            let first = try await scene.query("list", ["limit": 2])
            #expect(first.array?.compactMap { $0["slug"]?.string } == ["s-1", "s-2"])
            let rest = try await scene.query("list", ["after": try #require(first[1]?["id"])])
            #expect(rest.array?.compactMap { $0["slug"]?.string } == ["s-3", "s-4", "s-5"])
            for task in [other.slug, other.id.rawValue] {
                let ofTask = try await scene.query("list", ["taskId": .string(task)])
                #expect(ofTask.array?.compactMap { $0["slug"]?.string } == ["s-3"])
            }
        }
    }

    @Test func aDeletedScheduleIsGoneAndItsSlotsStayReadable() async throws {
        try await ScheduleScene.run { scene in
            let made = try await scene.make()
            scene.clock.advance(by: .seconds(1800))
            try await scene.account("every-quarter", [.start(ScheduleScene.at(15)), .start(ScheduleScene.at(30))])
            let queued = try #require(try await scene.store.runs(Store.RunFilter()).first)
            let deleted = try await scene.data("delete", ["id": "every-quarter"])
            #expect(deleted["id"] == made["id"])
            #expect(try await scene.query("byId", ["id": try #require(made["id"])]).isNull)
            #expect(try await scene.query("list") == [])
            #expect(try await scene.store.run(queued.id).state == .cancelled)
            let slots = try await scene.query("slots", ["id": try #require(made["id"])])
            #expect(slots.array?.compactMap { $0["kind"]?.string } == ["skipped", "run"])
            let runs = try await scene.service.query("runs.list", ["scheduleId": try #require(made["id"])])
            #expect(runs.data?.array?.count == 1)
        }
    }

    @Test func deletingATaskDeletesItsSchedules() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            #expect(try await scene.service.mutate("tasks.delete", ["id": "tidy-up"]).status == 200)
            #expect(try await scene.query("list") == [])
        }
    }

    @Test func nothingIsPromisedOfATimeThatIsAccountedFor() async throws {
        try await ScheduleScene.run { scene in
            _ = try await scene.make()
            scene.clock.advance(by: .seconds(7200))
            try await scene.account("every-quarter", [ScheduleScene.skipped(15, 120, 8, .missed)])
            // The clock was ahead and is set back.
            scene.clock.advance(by: .seconds(-7200 + 60))
            let schedule = try await scene.query("byId", ["id": "every-quarter"])
            #expect(schedule["accountedUntil"] == ScheduleScene.text(120))
            #expect(schedule["nextAt"] == ScheduleScene.text(135))
            #expect(try await scene.query("list")[0]?["nextAt"] == ScheduleScene.text(135))
        }
    }

    @Test func aZoneThatIsLostMakesAScheduleInvalidUntilItIsBack() async throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let place = "\(folder)/Here"
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Asia/Tokyo", toPath: place)
        try await ScheduleScene.run(zones: ScheduleZones(files: ZoneFiles(folder: folder), standard: "Here")) { scene in
            let made = try await scene.make()
            #expect(made["state"] == "active")
            try FileManager.default.removeItem(atPath: place)
            let lost = try await scene.query("byId", ["id": "every-quarter"])
            #expect(lost["state"] == "invalid")
            #expect(lost["nextAt"]?.isNull == true)
            scene.clock.advance(by: .seconds(3600))
            let open = try await scene.query("slots", ["id": "every-quarter"])
            #expect(
                open == [
                    [
                        "kind": "skipped", "first": .null, "last": .null, "count": .null, "reason": "invalid",
                        "open": true,
                    ]
                ]
            )
            // What the zone does not matter for can be changed without it.
            #expect(try await scene.data("update", ["id": "every-quarter", "name": "Other"])["name"] == "Other")
            let refused = try await scene.service.mutate(
                "schedules.update",
                ["id": "every-quarter", "expression": "0 0 * * *"]
            )
            #expect(refused.issuePaths == ["zone"])
            try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Asia/Kolkata", toPath: place)
            #expect(try await scene.query("byId", ["id": "every-quarter"])["next"] == "2025-05-19T18:45:00+05:30")
        }
    }
}
