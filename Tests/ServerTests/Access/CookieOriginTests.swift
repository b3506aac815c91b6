import AgentStream
import Curl
import Model
import Store
import Testing

/// A cookie speaks for the service's own page and for no other, whatever origins are allowed.
@Suite(.timeLimit(.minutes(10))) struct CookieOriginTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        /// `SELF` stands for the service's own host and port.
        var headers: [String: String]
        var counts: Bool

        var testDescription: String { "\(method) \(headers) \(counts)" }
    }

    static let cases = [
        Case(headers: [:], counts: true),
        Case(headers: ["Sec-Fetch-Site": "same-origin"], counts: true),
        Case(headers: ["Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"], counts: true),
        Case(headers: ["Origin": "http://SELF"], counts: true),
        // Another port of this host is the same site, to which SameSite=Strict cookies are sent.
        Case(headers: ["Sec-Fetch-Site": "same-site"], counts: false),
        Case(headers: ["Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"], counts: false),
        Case(headers: ["Sec-Fetch-Site": "cross-site"], counts: false),
        Case(headers: ["Origin": "http://127.0.0.1:1"], counts: false),
        Case(headers: ["Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-origin"], counts: false),
        Case(headers: ["Origin": "http://SELF", "Sec-Fetch-Site": "same-site"], counts: false),
        Case(headers: ["Origin": "null"], counts: false),
        Case(headers: ["Origin": "http://SELF, http://SELF"], counts: false),
        Case(method: "POST", headers: ["Origin": "http://SELF"], counts: true),
        Case(method: "POST", headers: ["Origin": "https://SELF"], counts: true),
        Case(method: "POST", headers: ["Sec-Fetch-Site": "same-origin"], counts: true),
        Case(method: "POST", headers: ["Origin": "http://SELF", "Sec-Fetch-Site": "same-origin"], counts: true),
        // Every browser says where an unsafe request comes from.
        Case(method: "POST", headers: [:], counts: false),
        Case(method: "POST", headers: ["Sec-Fetch-Site": "none"], counts: false),
        Case(method: "POST", headers: ["Sec-Fetch-Site": "same-site"], counts: false),
        Case(method: "POST", headers: ["Origin": "http://127.0.0.1:1"], counts: false),
        Case(method: "POST", headers: ["Origin": "http://SELF.evil.example"], counts: false),
        Case(method: "POST", headers: ["Origin": "null"], counts: false),
    ]

    @Test(arguments: [["http://127.0.0.1:1", "null"], ["*"]])
    func anAllowedOriginGetsNothingByCookie(_ allowed: [String]) async throws {
        try await AccessScene.run {
            $0.allowedOrigins = allowed
        } _: { scene in
            let token = try await scene.token("ann", .admin)
            let cookie = try await scene.cookie(token)
            for entry in Self.cases {
                var headers: HTTPHeaders = ["Cookie": cookie]
                for (name, value) in entry.headers {
                    headers[name] = value.replacing("SELF", with: "127.0.0.1:\(scene.service.port)")
                }
                let isPost = entry.method == "POST"
                let path = isPost ? "/trpc/schedules.pauseAll" : "/trpc/tasks.list"
                let answer = try await scene.ask(entry.method, path, headers, isPost ? [:] : nil)
                // Pages that are not allowed at all are refused before.
                let refused = [401, 403]
                #expect(entry.counts ? answer.status == 200 : refused.contains(answer.status), "\(entry)")
                #expect(answer.headers["access-control-allow-credentials"] == nil)
            }
        }
    }

    @Test func anotherPageCanNeitherSignInNorOut() async throws {
        try await AccessScene.run {
            $0.allowedOrigins = ["*"]
        } _: { scene in
            let token = try await scene.token("ann", .read)
            let cookie = try await scene.cookie(token)
            let pages: [HTTPHeaders] = [
                ["Origin": "http://127.0.0.1:1"], ["Sec-Fetch-Site": "same-site"], ["Sec-Fetch-Site": "cross-site"],
                ["Origin": "null"], ["Origin": scene.service.base, "Sec-Fetch-Site": "cross-site"],
            ]
            for page in pages {
                let signIn = try await scene.signIn(token, page)
                #expect(signIn.status == 403)
                #expect(signIn.headers["set-cookie"] == nil)
                var headers = page
                headers["Cookie"] = cookie
                #expect(try await scene.ask("DELETE", "/session", headers).status == 403)
            }
            #expect(try await scene.ask("GET", "/", ["Cookie": cookie]).status == 200)
        }
    }
}
