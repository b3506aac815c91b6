import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// What browsers are told about pages of other origins.
@Suite(.timeLimit(.minutes(10))) struct CrossOriginTests {
    private static let page = "http://localhost:5173"

    private static func settings(_ origins: [String], token: String? = nil) -> TestService.Settings {
        var settings = TestService.Settings()
        settings.allowedOrigins = origins
        settings.token = token
        return settings
    }

    /// One request for each kind of answer, with the status that it gets.
    private static func requests(_ run: Run.ID) -> [(method: String, path: String, status: Int)] {
        [
            ("GET", "/", 200), ("GET", "/trpc/tasks.list", 200), ("GET", "/trpc/no.such", 404),
            ("GET", "/trpc/tasks.list?connectionParams=x", 400), ("POST", "/trpc/tasks.create", 415),
            ("GET", "/trpc/tasks.list,runs.byId?batch=1", 207), ("HEAD", "/trpc/tasks.list", 204),
            ("GET", "/trpc/runs.onMessage?input=%7B%22id%22%3A%22\(run)%22%7D", 200),
            ("GET", "/runs/\(run)/events", 200),
            ("GET", "/runs/nobody/events", 404), ("GET", "/runs/\(run)/work.patch", 404), ("GET", "/nowhere", 404),
        ]
    }

    @Test func everyAnswerToAnAllowedPageSaysSo() async throws {
        try await TestService.run(Self.settings([Self.page, "https://other.example"])) { service in
            let run = try await service.store.cancelRun(service.store.someRun().id).id
            for (method, path, status) in Self.requests(run) {
                let answer = try await ask(service, method, path, ["Origin": Self.page])
                #expect(answer.status == status, "\(path)")
                #expect(answer.headers["access-control-allow-origin"] == Self.page, "\(path)")
                #expect(answer.headers["vary"]?.hasSuffix("Origin") == true, "\(path)")
                // A cache must not give this answer to such a page.
                let other = try await ask(service, method, path, [:])
                #expect(other.headers["access-control-allow-origin"] == nil, "\(path)")
                #expect(other.headers["vary"]?.hasSuffix("Origin") == true, "\(path)")
            }
        }
    }

    @Test func everyAnswerIsForEveryPageWhereAllAreAllowed() async throws {
        try await TestService.run(Self.settings(["*"])) { service in
            let run = try await service.store.cancelRun(service.store.someRun().id).id
            for (method, path, status) in Self.requests(run) {
                for headers in [[:], ["Origin": "http://any.example"]] as [HTTPHeaders] {
                    let answer = try await ask(service, method, path, headers)
                    #expect(answer.status == status, "\(path)")
                    #expect(answer.headers["access-control-allow-origin"] == "*", "\(path)")
                    #expect(answer.headers["vary"]?.contains("Origin") != true, "\(path)")
                }
            }
        }
    }

    @Test func withoutAllowedOriginsNothingIsSaid() async throws {
        try await TestService.run { service in
            let run = try await service.store.cancelRun(service.store.someRun().id).id
            for (method, path, status) in Self.requests(run) + [("OPTIONS", "/trpc/tasks.list", 415)] {
                let answer = try await ask(service, method, path, ["Origin": service.base])
                #expect(answer.status == status, "\(path)")
                for name in ["origin", "methods", "headers"] {
                    #expect(answer.headers["access-control-allow-\(name)"] == nil, "\(path)")
                }
            }
            #expect(try await preflight(service, "/trpc/tasks.create", Self.page).status == 415)
        }
    }

    @Test(arguments: ["/trpc/tasks.create?batch=1", "/runs/x/events", "/nowhere"])
    func aPreflightNeedsNoTokenAndNoRoute(_ path: String) async throws {
        try await TestService.run(Self.settings([Self.page], token: "ct_0123456789")) { service in
            let answer = try await preflight(service, path, Self.page)
            #expect(answer.status == 204)
            #expect(answer.headers["access-control-allow-origin"] == Self.page)
            #expect(answer.headers["access-control-allow-headers"] == "authorization,content-type")
            #expect(answer.headers["access-control-allow-methods"]?.contains("POST") == true)
            #expect(answer.headers["vary"] == "Access-Control-Request-Headers, Origin")
            let other = try await preflight(service, path, "http://evil.example")
            #expect(other.status != 204)
            #expect(other.headers["access-control-allow-origin"] == nil)
            #expect(other.headers["access-control-allow-headers"] == nil)
        }
    }

    @Test func anAllowedPageCanReadThatItNeedsAToken() async throws {
        try await TestService.run(Self.settings([Self.page], token: "ct_0123456789")) { service in
            for path in ["/", "/trpc/tasks.list", "/runs/x/events"] {
                let answer = try await ask(service, "GET", path, ["Origin": Self.page])
                #expect(answer.status == 401)
                #expect(answer.headers["access-control-allow-origin"] == Self.page)
                #expect(answer.headers["www-authenticate"] == "Bearer")
            }
            let evil = try await ask(service, "GET", "/trpc/tasks.list", ["Origin": "http://evil.example"])
            #expect(evil.status == 403)
            #expect(evil.headers["access-control-allow-origin"] == nil)
        }
    }

    private func preflight(_ service: TestService, _ path: String, _ origin: String) async throws -> HTTPResponse {
        let headers: HTTPHeaders = [
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        ]
        return try await ask(service, "OPTIONS", path, headers)
    }

    private func ask(
        _ service: TestService,
        _ method: String,
        _ path: String,
        _ headers: HTTPHeaders
    ) async throws -> HTTPResponse {
        try await service.client.send(HTTPRequest(method: method, url: service.base + path, headers: headers))
    }
}
