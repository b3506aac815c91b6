import Curl
import Model
import Store
import Testing

/// Which pages may use the service.
@Suite(.timeLimit(.minutes(10))) struct OriginTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        /// `SELF` stands for the service's own host and port.
        var headers: [String: String]
        var status: Int

        var testDescription: String { "\(method) \(headers) \(status)" }
    }

    static let byDefault = [
        Case(headers: [:], status: 200),
        Case(headers: ["Origin": "http://SELF"], status: 200),
        Case(headers: ["Origin": "HTTP://SELF"], status: 200),
        Case(headers: ["Origin": "https://SELF"], status: 200),
        Case(headers: ["Origin": "http://evil.example"], status: 403),
        Case(headers: ["Origin": "http://SELF.evil.example"], status: 403),
        Case(headers: ["Origin": "http://127.0.0.1"], status: 403),
        Case(headers: ["Origin": "http://localhost:5173"], status: 403),
        Case(headers: ["Origin": "null"], status: 403),
        Case(headers: ["Origin": "null", "Sec-Fetch-Site": "none"], status: 403),
        Case(headers: ["Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"], status: 403),
        Case(headers: ["Origin": "http://evil.example", "Sec-Fetch-Mode": "navigate"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "same-origin"], status: 200),
        Case(headers: ["Sec-Fetch-Site": "none"], status: 200),
        Case(headers: ["Sec-Fetch-Site": "same-site"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "CROSS-SITE"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"], status: 200),
        Case(method: "POST", headers: ["Origin": "http://SELF"], status: 200),
        Case(method: "POST", headers: ["Origin": "http://evil.example"], status: 403),
        Case(method: "POST", headers: ["Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"], status: 403),
    ]

    static let withAllowed = [
        Case(headers: ["Origin": "http://localhost:5173", "Sec-Fetch-Site": "cross-site"], status: 200),
        Case(headers: ["Origin": "HTTP://LOCALHOST:5173"], status: 200),
        Case(method: "POST", headers: ["Origin": "http://localhost:5173"], status: 200),
        Case(headers: ["Origin": "http://localhost:51731"], status: 403),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], status: 403),
    ]

    static let withAll = [
        Case(headers: ["Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"], status: 200),
        Case(headers: ["Origin": "null"], status: 200),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], status: 200),
        Case(method: "POST", headers: ["Origin": "http://evil.example"], status: 200),
    ]

    @Test(
        arguments: [([], byDefault), (["http://localhost:5173"], withAllowed), (["*"], withAll)] as [([String], [Case])]
    )
    func pagesOfOtherOriginsAreRefused(_ allowed: [String], _ cases: [Case]) async throws {
        var settings = TestService.Settings()
        settings.allowedOrigins = allowed
        try await TestService.run(settings) { service in
            for entry in cases {
                var headers: HTTPHeaders = ["content-type": "application/json"]
                for (name, value) in entry.headers {
                    headers[name] = value.replacing("SELF", with: "127.0.0.1:\(service.port)")
                }
                let isPost = entry.method == "POST"
                let response = try await service.client.send(
                    HTTPRequest(
                        method: entry.method,
                        url: "\(service.base)/trpc/tasks.\(isPost ? "create" : "list")",
                        headers: headers,
                        body: isPost ? Array(#"{"name":"n","steps":[]}"#.utf8) : nil
                    )
                )
                #expect(response.status == entry.status, "\(entry.testDescription)")
            }
            let made = try await service.store.tasks().count
            #expect(made == cases.count { $0.method == "POST" && $0.status == 200 })
        }
    }

    @Test func aPageOfAnotherOriginCannotReadAStream() async throws {
        try await TestService.run { service in
            let run = try await service.store.someRun().id
            let response = try await service.get("/runs/\(run)/events", ["Origin": "http://evil.example"])
            #expect(response.status == 403)
        }
    }
}
