import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// A service that wants a token from all but its own user on the unix socket.
struct AccessScene {
    let service: TestService
    let clock: SetClock

    static func run(
        _ change: (inout TestService.Settings) -> Void = { _ in },
        _ body: (AccessScene) async throws -> Void
    ) async throws {
        let clock = SetClock(ScheduleScene.noon)
        var settings = TestService.Settings()
        settings.clock = clock
        settings.requiresToken = true
        change(&settings)
        try await TestService.run(settings) { service in
            try await body(AccessScene(service: service, clock: clock))
        }
    }

    /// Calls a mutation over the unix socket, as the service's own user.
    func manage(_ procedure: String, _ input: JSONValue) async throws -> JSONValue {
        let request = HTTPRequest(
            method: "POST",
            url: "http://localhost/trpc/\(procedure)",
            unixSocket: service.socket,
            headers: ["content-type": "application/json"],
            body: input.encoded
        )
        let response = try await service.client.send(request)
        #expect(response.status == 200, "\(response.text)")
        return try #require(try JSONValue(parsing: response.body)["result"]?["data"])
    }

    /// Makes a token; answers its text.
    func token(_ name: String, _ role: AccessRole, expiresIn: Int? = nil) async throws -> String {
        var input: JSONObject = ["name": .string(name), "role": .string(role.rawValue)]
        input["expiresIn"] = expiresIn.map { JSONValue($0) }
        return try #require(try await manage("tokens.create", .object(input))["token"]?.string)
    }

    func ask(
        _ method: String,
        _ path: String,
        _ headers: HTTPHeaders = [:],
        _ body: JSONValue? = nil
    ) async throws -> HTTPResponse {
        var headers = headers
        if body != nil, headers["content-type"] == nil { headers["content-type"] = "application/json" }
        return try await service.client.send(
            HTTPRequest(method: method, url: service.base + path, headers: headers, body: body?.encoded)
        )
    }

    /// The status that a token gets for a query.
    func status(_ token: String, _ path: String = "/trpc/tasks.list") async throws -> Int {
        try await ask("GET", path, Self.bearer(token)).status
    }

    /// Signs in as the service's own page does.
    func signIn(_ token: String, _ headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        var headers = headers
        if headers.isEmpty { headers = ["Origin": service.base, "Sec-Fetch-Site": "same-origin"] }
        return try await ask("POST", "/session", headers, ["token": .string(token)])
    }

    /// Signs in; answers what a browser then sends as `Cookie`.
    func cookie(_ token: String) async throws -> String {
        let answer = try await signIn(token)
        #expect(answer.status == 200, "\(answer.text)")
        let header = try #require(answer.headers["set-cookie"])
        return String(header.prefix { $0 != ";" })
    }

    static func bearer(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }
}
