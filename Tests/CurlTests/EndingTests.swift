import Testing

@testable import Curl

/// Deadlines, cancellation and shutdown.
@Suite(.timeLimit(.minutes(10)))
struct EndingTests {
    /// A server that answers with what it is given, then stalls and reports the client's leaving.
    private struct Stalling {
        let arrived = Signal<Void>()
        let closed = Signal<Void>()
        let server: TestServer

        init(answer: String = "") throws {
            server = try TestServer { [arrived, closed] connection in
                _ = connection.readRequest()
                connection.write(answer)
                arrived.send(())
                connection.waitForClose()
                closed.send(())
            }.start()
        }
    }

    private static let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"

    @Test(arguments: ["", half])
    func aDeadlineEndsARequest(answer: String) async throws {
        let stalling = try Stalling(answer: answer)
        defer { stalling.server.stop() }
        try await withClient { client in
            let request = stalling.server.request(timeout: .milliseconds(200))
            let started = ContinuousClock.now
            #expect(await failureCode { _ = try await client.send(request) } == .timedOut)
            let elapsed = ContinuousClock.now - started
            #expect(elapsed >= .milliseconds(200) && elapsed < .seconds(20))
            await stalling.closed.wait()
        }
    }

    @Test func aDeadlineEndsTheWaitForAStream() async throws {
        let stalling = try Stalling()
        defer { stalling.server.stop() }
        try await withClient { client in
            let request = stalling.server.request(timeout: .milliseconds(200))
            #expect(await failureCode { _ = try await client.stream(request) } == .timedOut)
            await stalling.closed.wait()
        }
    }

    @Test(arguments: ["", half])
    func cancellingARequestClosesItsConnection(answer: String) async throws {
        let stalling = try Stalling(answer: answer)
        defer { stalling.server.stop() }
        try await withClient { client in
            let request = stalling.server.request()
            let started = ContinuousClock.now
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.send(request) }
                await stalling.arrived.wait()
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            await stalling.closed.wait()
            #expect(ContinuousClock.now - started < .seconds(20))
        }
    }

    @Test func cancellingAReaderClosesItsConnection() async throws {
        let stalling = try Stalling(answer: Self.half)
        defer { stalling.server.stop() }
        try await withClient { client in
            let stream = try await client.stream(stalling.server.request())
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await stream.body.collect() }
                await stalling.arrived.wait()
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            await stalling.closed.wait()
        }
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        let stalling = try Stalling()
        defer { stalling.server.stop() }
        try await withClient { client in
            let request = stalling.server.request()
            await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await client.send(request) }
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
        #expect(stalling.server.connectionCount == 0)
    }

    @Test func lettingGoOfAStreamClosesItsConnection() async throws {
        let stalling = try Stalling(answer: Self.half)
        defer { stalling.server.stop() }
        try await withClient { client in
            let status = try await client.stream(stalling.server.request()).status
            #expect(status == 200)
            await stalling.closed.wait()
        }
    }

    @Test func leavingTheLoopClosesTheConnection() async throws {
        let stalling = try Stalling(answer: Self.half)
        defer { stalling.server.stop() }
        try await withClient { client in
            for try await _ in try await client.stream(stalling.server.request()).body { break }
            await stalling.closed.wait()
        }
    }

    @Test func shutdownEndsWhatIsOutstanding() async throws {
        let waiting = try Stalling()
        defer { waiting.server.stop() }
        let streaming = try Stalling(answer: Self.half)
        defer { streaming.server.stop() }
        let client = try CurlClient(environmentProxies: false)
        let stream = try await client.stream(streaming.server.request())
        await withTaskGroup(of: CurlError.Code?.self) { group in
            group.addTask { await failureCode { _ = try await client.send(waiting.server.request()) } }
            group.addTask { await failureCode { _ = try await stream.body.collect() } }
            await waiting.arrived.wait()
            await client.shutdown()
            #expect(await group.reduce(into: []) { $0.append($1) } == [.cancelled, .cancelled])
        }
        await waiting.closed.wait()
        await streaming.closed.wait()
        #expect(await failureCode { _ = try await client.send(waiting.server.request()) } == .cancelled)
        await client.shutdown()
    }

    @Test func aStreamKeepsItsClientRunning() async throws {
        let go = Gate()
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            go.block()
            connection.write("abc")
        }.start()
        defer { server.stop() }
        let body = try await CurlClient(environmentProxies: false).stream(server.request()).body
        go.open()
        #expect(try await body.collect() == Array("abc".utf8))
    }
}
