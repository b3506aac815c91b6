import AgentStream
import Model
import Server
import Store
import Testing

/// No secret leaves the service in a file or a difference.
@Suite(.timeLimit(.minutes(5))) struct SecretTests {
    private static let settings: JSONValue = [
        "environment": ["API_TOKEN": "s3cr3t-1", "PLAIN": "seen"],
        "agent": [
            "mcpConfig": [
                "mcpServers": [
                    "a.b": ["command": "x", "env": ["DB_PASSWORD": "s3cr3t-2", "LEVEL": "seen"]],
                    "c": ["url": "https://c", "headers": ["Authorization": "s3cr3t-3"]],
                ]
            ]
        ],
    ]

    @Test func anExportHasNoneAndAppliedKeepsThem() async throws {
        try await FileScene.run { scene in
            _ = try await scene.apply([FileScene.task("a", ["settings": Self.settings])])
            let exported = try #require(try await scene.service.query("files.export").data)
            let text = String(decoding: exported.encoded, as: UTF8.self)
            #expect(!text.contains("s3cr3t") && text.contains("seen"))
            #expect(exported[0]?["settings"]?["environment"]?["API_TOKEN"]?.isNull == true)
            let answer = try await scene.apply(exported.array ?? [])
            #expect(answer["unchanged"] == 1)
            // Where nobody has said it yet there is nothing to keep.
            let other = FileScene.task("b", ["settings": exported[0]?["settings"] ?? [:]])
            let refused = try await scene.apply([other])
            let places = FileScene.problems(refused).map { $0.split(separator: ":")[0] }
            #expect(
                Set(places) == [
                    "0 settings.environment.API_TOKEN", "0 settings.agent.mcpConfig.mcpServers.a.b.env.DB_PASSWORD",
                    "0 settings.agent.mcpConfig.mcpServers.c.headers.Authorization",
                ]
            )
        }
    }

    @Test func aDifferenceTellsThatOneChangedAndNotWhatItIs() async throws {
        try await FileScene.run { scene in
            let created = try await scene.apply([FileScene.task("a", ["settings": Self.settings])])
            let changed = try await scene.apply([
                FileScene.task("a", ["settings": ["environment": ["API_TOKEN": "s3cr3t-4", "PLAIN": "other"]]])
            ])
            for answer in [created, changed] {
                #expect(!String(decoding: answer.encoded, as: UTF8.self).contains("s3cr3t"))
            }
            let fields = changed["changes"]?[0]?["fields"]?.array ?? []
            #expect(
                fields.prefix(2) == [
                    ["path": "settings.environment.API_TOKEN", "before": "(hidden)", "after": "(hidden)"],
                    ["path": "settings.environment.PLAIN", "before": "seen", "after": "other"],
                ]
            )
        }
    }
}
