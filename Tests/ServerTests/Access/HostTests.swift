import Curl
import Testing

/// Which names the service answers to.
@Suite(.timeLimit(.minutes(10))) struct HostTests {
    @Test(
        arguments: [
            "localhost", "LocalHost", "localhost.", "localhost:4000", "localhost.:4000", "127.0.0.1", "127.0.0.1:1",
            "127.0.0.1:65535", "[::1]", "[::1]:4000",
        ]
    )
    func ourOwnNamesAreServed(_ host: String) async throws {
        #expect(try await Self.status("Host: \(host)\r\n") == 200)
    }

    @Test(
        arguments: [
            "127.0.0.1.nip.io", "localhost.evil.example", "evil.example", "localhost@evil.example", "evil@localhost",
            "0.0.0.0", "0.0.0.0:4000", "", "localhost:", "localhost:x", "localhost:-1", "localhost:+1",
            "localhost:65536",
            "localhost:99999", "localhost:123456", "localhost..", "localhost/", "localhost#", "localhost?",
            "local host",
            "::1", "[::1", "[::1]4000", "[::]", "127.1", "127.0.0.2", "[::ffff:127.0.0.1]", "localhost, evil.example",
            "loc\u{E4}lhost", "box.lan",
        ]
    )
    func otherNamesAreMisdirected(_ host: String) async throws {
        #expect(try await Self.status("Host: \(host)\r\n") == 421)
    }

    @Test func aRequestWithoutHostIsMisdirected() async throws {
        try await TestService.run { service in
            for request in ["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"] {
                let answer = try await service.raw(request)
                #expect(answer?.status == 421)
            }
        }
    }

    @Test func aRequestWithTwoHostsIsRefused() async throws {
        for (one, other) in [("localhost", "evil.example"), ("evil.example", "localhost"), ("localhost", "localhost")] {
            let status = try await Self.status("Host: \(one)\r\nX: y\r\nhost: \(other)\r\n")
            #expect(status == 400 || status == 421)
        }
    }

    @Test(
        arguments: [
            ("box.lan", 200), ("BOX.lan:4000", 200), ("box.lan.", 200), ("sub.box.lan", 421), ("localhost", 200),
            ("odd.lan:8443", 200), ("odd.lan", 421),
        ]
    )
    func allowedHostsAreServedToo(_ host: String, _ status: Int) async throws {
        var settings = TestService.Settings()
        settings.allowedHosts = ["Box.lan", "odd.lan:8443"]
        #expect(try await Self.status("Host: \(host)\r\n", settings) == status)
    }

    @Test(arguments: [
        "/trpc/tasks.list", "/trpc/", "/runs/x/events", "/runs/x/work.patch", "/nowhere", "/", "*", "http://localhost/",
    ])
    func everyPathIsGuarded(_ path: String) async throws {
        try await TestService.run { service in
            for method in ["GET", "POST", "OPTIONS", "PATCH"] {
                let request = "\(method) \(path) HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n"
                let answer = try await service.raw(request)
                #expect(answer?.status == 421, "\(method)")
            }
        }
    }

    /// The bytes of a refusal's text must not be taken for the next answer.
    @Test func aRefusedHeadHasNoBody() async throws {
        try await TestService.run { service in
            let (first, second) = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                let first = try connection.exchange("HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n", hasBody: false)
                return (first, try connection.exchange("GET /trpc/tasks.list HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            }
            #expect(first?.status == 421)
            #expect(second?.text == #"{"result":{"data":[]}}"#)
        }
    }

    private static func status(_ headers: String, _ settings: TestService.Settings = .init()) async throws -> Int? {
        var status: Int?
        try await TestService.run(settings) { service in
            let answer = try await service.raw("GET /trpc/tasks.list HTTP/1.1\r\n\(headers)\r\n")
            status = answer?.status
        }
        return status
    }
}
