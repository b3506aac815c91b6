import Curl
import Store
import TestSupport
import Testing

/// A listener that others than this machine's users can reach.
@Suite(.timeLimit(.minutes(10))) struct TokenTests {
    private static let token = "ct_0123456789abcdefghij"

    @Test(
        arguments: [
            ("Bearer \(token)", 200), ("bearer \(token)", 200), ("Bearer \(token)x", 401), ("Bearer ", 401), ("", 401),
            ("Bearer", 401), ("Basic \(token)", 401), (token, 401), ("Bearer \(token.uppercased())", 401),
        ]
    )
    func onlyTheTokenOpensTheListener(_ authorization: String, _ status: Int) async throws {
        var settings = TestService.Settings()
        settings.token = Self.token
        try await TestService.run(settings) { service in
            for path in ["/", "/trpc/tasks.list"] {
                let response = try await service.get(path, ["Authorization": authorization])
                #expect(response.status == status)
            }
            for path in ["/nowhere", "/runs/x/events"] {
                let response = try await service.get(path, ["Authorization": authorization])
                #expect(response.status == (status == 200 ? 404 : 401))
            }
            #expect(!service.log.text.isEmpty)
            #expect(!service.log.text.lowercased().contains(Self.token))
        }
    }

    @Test func aRefusalSaysWhatIsNeeded() async throws {
        var settings = TestService.Settings()
        settings.token = Self.token
        try await TestService.run(settings) { service in
            let response = try await service.get("/")
            #expect(response.status == 401)
            #expect(response.headers["www-authenticate"] == "Bearer")
            #expect(response.text.contains("Authorization: Bearer"))
        }
    }

    @Test func aFaultDoesNotLogTheToken() async throws {
        var settings = TestService.Settings()
        settings.token = Self.token
        try await TestService.run(settings) { service in
            try await service.store.close()
            let response = try await service.get("/trpc/tasks.list", ["Authorization": "Bearer \(Self.token)"])
            #expect(response.status == 500)
            _ = try await service.get("/", ["Authorization": "Bearer \(Self.token)"])
            #expect(service.log.text.contains("failed"))
            #expect(!service.log.text.contains(Self.token))
        }
    }
}
