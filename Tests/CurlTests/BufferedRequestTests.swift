import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(10)))
struct BufferedRequestTests {
    /// Answers each request with its line and its body.
    private static let echo: TestServer.Script = { connection in
        while let request = connection.readRequest() {
            connection.respond("200 OK", headers: ["X-Line: \(request.line)"], request.body)
        }
    }

    @Test(arguments: [false, true])
    func bodiesTravelBothWays(tcp: Bool) async throws {
        let server = try TestServer(tcp: tcp, script: Self.echo).start()
        defer { server.stop() }
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try await withClient { try await $0.send(server.request("POST", "/runs?a=b", body: body)) }
        #expect(response.status == 200)
        #expect(response.headers["X-LINE"] == "POST /runs?a=b HTTP/1.1")
        #expect(response.body == body)
    }

    @Test(arguments: ["GET", "POST", "PUT", "DELETE", "PATCH"])
    func aMethodWithoutABodyArrivesAsGiven(method: String) async throws {
        let seen = Signal<Connection.Request>()
        let server = try TestServer { connection in
            while let request = connection.readRequest() {
                seen.send(request)
                connection.write("HTTP/1.1 204 No Content\r\n\r\n")
            }
        }.start()
        defer { server.stop() }
        let response = try await withClient { try await $0.send(server.request(method, "/x")) }
        let request = await seen.wait()
        #expect(response.status == 204)
        #expect(response.body == [])
        #expect(request.line == "\(method) /x HTTP/1.1")
        #expect(request.header("content-length") == (["POST", "PUT"].contains(method) ? "0" : nil))
        #expect(request.header("content-type") == nil)
    }

    @Test func headersArriveAndNoneAreAdded() async throws {
        let seen = Signal<Connection.Request>()
        let server = try TestServer { connection in
            guard let request = connection.readRequest() else { return }
            seen.send(request)
            connection.respond("200 OK", headers: ["Set-Cookie: a", "X-Empty:", "SET-cookie:  b "], [])
        }.start()
        defer { server.stop() }
        let headers: HTTPHeaders = [
            "Authorization": "Bearer secret", "X-Empty": "", "content-type": "application/json",
        ]
        let body = [UInt8](repeating: 0, count: 2_000_000)
        let response = try await withClient {
            try await $0.send(server.request("POST", headers: headers, body: body))
        }
        let request = await seen.wait()
        #expect(request.header("authorization") == "Bearer secret")
        #expect(request.header("x-empty") == "")
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("expect") == nil)
        #expect(request.header("host") == "executor")
        #expect(response.headers.values(of: "set-cookie") == ["a", "b"])
        #expect(response.headers["x-empty"] == "")
    }

    @Test func interimResponsesAndTrailersAreNotTheHead() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n")
            connection.write("3\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n")
        }.start()
        defer { server.stop() }
        let response = try await withClient { try await $0.send(server.request()) }
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
        #expect(response.headers["x-end"] == nil)
        #expect(response.body == Array("abcde".utf8))
    }

    @Test func aHeadRequestHasNoBody() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            connection.waitForClose()
        }.start()
        defer { server.stop() }
        let response = try await withClient { try await $0.send(server.request("HEAD")) }
        #expect(response.headers["content-length"] == "10")
        #expect(response.body == [])
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try TestServer { connection in
            while connection.readRequest() != nil {
                connection.respond("302 Found", headers: ["Location: /elsewhere"], [])
            }
        }.start()
        defer { server.stop() }
        let response = try await withClient { try await $0.send(server.request()) }
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/elsewhere")
    }

    @Test(arguments: [false, true])
    func aHundredRequestsRunAtOnce(tcp: Bool) async throws {
        let server = try TestServer(tcp: tcp, script: Self.echo).start()
        defer { server.stop() }
        let bodies = try await withClient { client in
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let request = server.request("POST", body: Array("\(number)".utf8))
                        return String(decoding: try await client.send(request).body, as: UTF8.self)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
        }
        #expect(bodies == Set((0..<100).map { "\($0)" }))
    }

    @Test func aDrippingResponseIsWhole() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            for byte in "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello".utf8 { connection.write([byte]) }
        }.start()
        defer { server.stop() }
        let response = try await withClient { try await $0.send(server.request()) }
        #expect(response.headers["a"] == "b")
        #expect(response.body == Array("hello".utf8))
    }
}
