import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(10)))
struct FailureTests {
    @Test func aMissingSocketCannotConnect() async throws {
        let started = ContinuousClock.now
        let request = HTTPRequest(
            url: "http://executor/health",
            unixSocket: "/tmp/no-such.sock",
            headers: ["authorization": "Bearer s3cret"]
        )
        let error = try await withClient { client in
            await #expect(throws: CurlError.self) { try await client.send(request) }
        }
        #expect(error?.code == .couldNotConnect)
        #expect(ContinuousClock.now - started < .seconds(20))
        #expect(error.map { "\($0)".contains("s3cret") } == false)
        #expect(!"\(request)".contains("s3cret") && !String(reflecting: [request.headers]).contains("s3cret"))
    }

    @Test(arguments: [false, true])
    func aServerThatNoLongerListensCannotConnect(tcp: Bool) async throws {
        let server = try TestServer(tcp: tcp) { _ in }
        server.stop()
        let code = try await withClient { client in
            await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .couldNotConnect)
    }

    @Test func aServerThatHangsUpBeforeTheRequestCouldNotConnectOrLostIt() async throws {
        let server = try TestServer { _ in }.start()
        defer { server.stop() }
        let code = try await withClient { client in
            await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .couldNotConnect || code == .connectionLost)
    }

    @Test func aFullBacklogCouldNotConnect() async throws {
        // Never accepts: the backlog of one holds two connections, whose requests then wait in vain.
        let server = try TestServer(backlog: 1) { _ in }
        let codes = try await withClient { client in
            await withTaskGroup(of: CurlError.Code?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        await failureCode { _ = try await client.send(server.request(timeout: .seconds(1))) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(codes.filter { $0 == .timedOut }.count == 2)
        #expect(codes.filter { $0 == .couldNotConnect }.count == 4)
    }

    @Test(
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
        [false, true]
    )
    func aBreakAfterTheRequestIsALostConnection(answer: String, resets: Bool) async throws {
        let server = try TestServer(tcp: true) { connection in
            _ = connection.readRequest()
            connection.write(answer)
            if resets { connection.resetOnClose() }
        }.start()
        defer { server.stop() }
        let code = try await withClient { client in
            await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .connectionLost)
    }

    @Test func aStreamGivesWhatArrivedBeforeTheLoss() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let stream = try await client.stream(server.request())
            var bytes: [UInt8] = []
            let code = await failureCode { for try await chunk in stream.body { bytes += chunk } }
            #expect(code == .connectionLost)
            #expect(bytes == Array("half".utf8))
        }
    }

    @Test func aServerThatDiesOnAKeptConnectionIsNotReportedAsUnreached() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.respond("first")
            _ = connection.readRequest()
        }.start()
        defer { server.stop() }
        let code = try await withClient { client in
            _ = try await client.send(server.request())
            server.stopListening()
            return await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .connectionLost)
    }

    @Test func aWriteToAClosedConnectionIsALostConnectionAndNoSignal() async throws {
        let server = try TestServer { connection in
            // Closes with most of the request unread and unsent.
            _ = connection.isReadable(within: 10_000)
        }.start()
        defer { server.stop() }
        let body = [UInt8](repeating: 1, count: 8_000_000)
        let error = try await withClient { client in
            await #expect(throws: CurlError.self) { try await client.send(server.request("POST", body: body)) }
        }
        #expect(error?.code == .connectionLost, "\(String(describing: error))")
    }

    @Test func aBodyOverTheLimitIsTooLarge() async throws {
        let closed = Signal<Void>()
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.write("3e8\r\n" + String(repeating: "x", count: 1000) + "\r\n") {}
            closed.send(())
        }.start()
        defer { server.stop() }
        var request = server.request()
        request.maximumBody = 100_000
        let limited = request
        try await withClient { client in
            #expect(await failureCode { _ = try await client.send(limited) } == .tooLarge)
            await closed.wait()
        }
    }

    @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
        let server = try TestServer { connection in
            while connection.readRequest() != nil { connection.respond("12345") }
        }.start()
        defer { server.stop() }
        try await withClient { client in
            var request = server.request()
            request.maximumBody = 5
            let count = try await client.send(request).body.count
            #expect(count == 5)
            request.maximumBody = 4
            let tight = request
            #expect(await failureCode { _ = try await client.send(tight) } == .tooLarge)
        }
    }

    @Test func anEndlessHeadIsTooLarge() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n")
            while connection.write("X: " + String(repeating: "x", count: 1000) + "\r\n") {}
        }.start()
        defer { server.stop() }
        let code = try await withClient { client in
            await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .tooLarge)
    }

    @Test func anAnswerThatIsNotHTTPIsAnError() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("SSH-2.0-OpenSSH_9.2\r\n")
        }.start()
        defer { server.stop() }
        let code = try await withClient { client in
            await failureCode { _ = try await client.send(server.request()) }
        }
        #expect(code == .other)
    }

    @Test(arguments: [
        HTTPRequest(url: "ftp://host/"), HTTPRequest(url: "host/path"), HTTPRequest(url: "http://a b/"),
        HTTPRequest(url: "http://user:word@host/"), HTTPRequest(method: "GET /\r\n", url: "http://host/"),
        HTTPRequest(url: "http://host/", headers: ["a": "b\r\nc: d"]),
        HTTPRequest(url: "http://host/", headers: ["a b": "c"]),
        HTTPRequest(url: "http://host/", unixSocket: "/" + String(repeating: "x", count: 107)),
        HTTPRequest(method: "HEAD", url: "http://host/", body: []),
    ])
    func aRequestThatCannotBeSentIsInvalid(request: HTTPRequest) async throws {
        let code = try await withClient { client in await failureCode { _ = try await client.send(request) } }
        #expect(code == .invalidRequest)
    }
}
