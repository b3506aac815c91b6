import AgentStream
import Model
import Server
import Store
import Testing

/// What an expression comes to is told before it is saved.
@Suite(.timeLimit(.minutes(5))) struct SchedulePreviewTests {
    @Test func theNextInstantsAreToldWithTheirOffsets() async throws {
        try await ScheduleScene.run { scene in
            let preview = try await scene.query(
                "preview",
                [
                    "expression": "30 2 * * *", "zone": "America/New_York", "count": 3,
                    "after": "2026-03-07T00:00",
                ]
            )
            #expect(preview["explanation"]?.string?.contains("02:30") == true)
            #expect(preview["dayRule"]?.isNull == true)
            #expect(preview["resolved"] == "30 2 * * *")
            #expect(preview["zone"] == "America/New_York")
            let local = ["2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"]
            #expect(preview["next"]?.array?.compactMap(\.string) == local)
            #expect(preview["nextAt"]?[1] == "2026-03-08T07:00:00.000Z")
            #expect(preview["clockChanges"]?[0]?["date"] == "2026-03-08")
        }
    }

    @Test func withoutZoneAndTimeItIsTheDefaultsAndNow() async throws {
        try await ScheduleScene.run { scene in
            let preview = try await scene.query("preview", ["expression": "@hourly"])
            #expect(preview["zone"] == "UTC")
            #expect(preview["next"]?.array?.count == 5)
            #expect(preview["nextAt"]?[0] == ScheduleScene.text(60))
            #expect(try await scene.query("preview", ["expression": "@manual"])["next"] == [])
            #expect(try await scene.query("preview", ["expression": "@at 2020-01-01T00:00:00Z"])["next"] == [])
        }
    }

    @Test(arguments: [
        (#"{"expression":"0 0 30 2 *"}"#, "expression"), (#"{"expression":"61 0 * * *"}"#, "expression"),
        (#"{"expression":"@daily","zone":"No/Where"}"#, "zone"),
        (#"{"expression":"CRON_TZ=UTC 0 0 * * *","zone":"Asia/Tokyo"}"#, "zone"),
        (#"{"expression":"@daily","after":"soon"}"#, "after"), (#"{"expression":"@daily","count":1001}"#, "count"),
        (#"{}"#, "expression"),
    ])
    func whatCannotBeShownNamesTheField(_ input: String, _ path: String) async throws {
        try await ScheduleScene.run { scene in
            let refused = try await scene.service.query("schedules.preview", text: input)
            #expect(refused.status == 400)
            #expect(refused.issuePaths == [path])
        }
    }

    @Test func valuesThatASavedScheduleWillNotHaveAreNoted() async throws {
        try await ScheduleScene.run { scene in
            let codes = { (preview: JSONValue) in preview["lint"]?.array?.map { $0["code"]?.string } }
            let preview = try await scene.query("preview", ["expression": "H 3 * * *"])
            #expect(codes(preview) == ["hash_without_id"])
            let made = try await scene.make(["expression": "H 3 * * *"])
            let known = try await scene.query("preview", ["expression": "H 3 * * *", "id": "every-quarter"])
            #expect(codes(known) == [])
            #expect(known["nextAt"]?[0] == made["nextAt"])
        }
    }

    @Test
    func otherSchedulesThatAreDueAtOnceAreNamed() async throws {
        try await ScheduleScene.run { scene in
            let own = try await scene.make(["name": "Own", "expression": "0 14 * * *"])
            _ = try await scene.make(["name": "Hourly", "expression": "0 * * * *"])
            _ = try await scene.make(["name": "Elsewhere", "expression": "0 16 * * *", "zone": "Europe/Berlin"])
            _ = try await scene.make(["name": "Never then", "expression": "30 14 * * *"])
            let input: JSONValue = ["expression": "0 14 * * *", "id": own["id"] ?? .null]
            let lint = try await scene.query("preview", input)["lint"]?.array ?? []
            #expect(lint.map { $0["code"]?.string } == ["clash"])
            #expect(
                lint.first?["message"]?.string
                    == "at 2025-05-19T14:00:00+00:00 hourly, elsewhere are due, too; H or jitter spreads them"
            )
            let alone = try await scene.query("preview", ["expression": "7 14 * * *"])
            #expect(alone["lint"] == [])
        }
    }
}
