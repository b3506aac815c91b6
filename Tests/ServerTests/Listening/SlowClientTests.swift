import Curl
import Logging
import Model
import Server
import Store
import TestSupport
import Testing

/// Clients that take their time, by weakness or malice.
@Suite(.timeLimit(.minutes(10))) struct SlowClientTests {
    @Test func aHeadThatTricklesInIsCutOff() async throws {
        var settings = TestService.Settings()
        settings.timings.idle = .milliseconds(300)
        try await TestService.run(settings) { service in
            let sent = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                let head = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "x", count: 2000)
                var sent = 0
                for byte in head.utf8 {
                    guard connection.send([byte]) else { break }
                    sent += 1
                    if connection.isReadable(within: 10) { break }
                }
                return sent
            }
            // The head was not taken to its end.
            #expect(sent < 2000)
        }
    }

    @Test func aConnectionWithoutRequestIsClosed() async throws {
        var settings = TestService.Settings()
        settings.timings.idle = .milliseconds(500)
        try await TestService.run(settings) { service in
            let answers = try await onThread { [port = service.port] in
                let silent = try RawConnection(port: port)
                let kept = try RawConnection(port: port)
                let answer = try kept.exchange("GET /trpc/tasks.list HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return (try silent.receiveAll(), answer, try kept.receiveAll())
            }
            #expect(answers.0 == [])
            #expect(answers.1?.status == 200)
            #expect(answers.2 == [])
        }
    }

    @Test func aStreamOutlivesTheIdleTime() async throws {
        var settings = TestService.Settings()
        settings.timings.idle = .milliseconds(500)
        settings.timings.heartbeat = .milliseconds(700)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            let stream = try await service.client.stream(HTTPRequest(url: "\(service.base)/runs/\(run)/events"))
            var text = ""
            for try await chunk in stream.body {
                text += String(decoding: chunk, as: UTF8.self)
                if text.hasSuffix("\n\n:\n\n:\n\n") { break }
            }
            #expect(text.hasSuffix("\n\n:\n\n:\n\n"))
        }
    }

    @Test func idleAndHalfOpenConnectionsHoldNobodyUp() async throws {
        var settings = TestService.Settings()
        // An answer that waited for an idle connection would not come before the test's own limit.
        settings.timings.idle = .seconds(3600)
        try await TestService.run(settings) { service in
            let idle = try await onThread { [port = service.port] in
                try (0..<300).map { index in
                    let connection = try RawConnection(port: port)
                    if index % 3 == 1 { connection.send("POST /trpc/tasks.create HTTP/1.1\r\nHost: loc") }
                    if index % 3 == 2 {
                        connection.send(
                            """
                            POST /trpc/tasks.create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                            Content-Length: 10\r\n\r\n{
                            """
                        )
                    }
                    return connection
                }
            }
            for _ in 0..<20 { #expect(try await service.get("/trpc/tasks.list").status == 200) }
            withExtendedLifetime(idle) {}
        }
    }

    @Test func aListenerReturnsWhenItsTaskIsCancelled() async throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let store = try Store(folder: folder, clock: SteppingClock())
        let logger = LogCapture().logger
        let socket = try ListeningSocket(binding: .tcp(host: "127.0.0.1", port: 0))
        guard case .tcp(_, let port) = socket.address else { throw TestFailure("no port") }
        let face = HTTPFace(store: store, operations: StubOperations(folder: folder), logger: logger)
        let rules = Setting(AccessRules(allowedHosts: [], allowedOrigins: [], token: nil, requiresToken: false))
        let listener = HTTPListener(socket: socket, face: face, access: rules, logger: logger)
        let run = try await store.runningRun().id
        let client = try CurlClient(environmentProxies: false)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await listener.run() }
            let url = "http://127.0.0.1:\(port)/runs/\(run)/events"
            let stream = try await client.stream(HTTPRequest(url: url))
            group.cancelAll()
            // The stream may be cut short; what counts is that it ends.
            do { for try await _ in stream.body {} } catch is CurlError {}
        }
        await client.shutdown()
        try await store.close()
    }
}
