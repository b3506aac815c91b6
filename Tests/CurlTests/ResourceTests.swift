import Foundation
import Testing

@testable import Curl

/// Connections, descriptors and idleness.
@Suite(.timeLimit(.minutes(10)))
struct ResourceTests {
    private static let answering: TestServer.Script = { connection in
        while connection.readRequest() != nil { connection.respond("ok") }
    }

    @Test(arguments: [false, true])
    func connectionsAreKept(tcp: Bool) async throws {
        let server = try TestServer(tcp: tcp, script: Self.answering).start()
        defer { server.stop() }
        try await withClient { client in
            for _ in 0..<10 { _ = try await client.send(server.request()) }
        }
        #expect(server.connectionCount == 1)
    }

    @Test func aRequestMayForbidReuse() async throws {
        let closed = Signal<Void>()
        let server = try TestServer { connection in
            Self.answering(connection)
            closed.send(())
        }.start()
        defer { server.stop() }
        var request = server.request()
        request.reusesConnection = false
        try await withClient { client in
            for _ in 0..<3 { _ = try await client.send(request) }
            await closed.wait()
        }
        #expect(server.connectionCount == 3)
    }

    @Test func connectionsToDifferentSocketsAreNotMixed() async throws {
        let first = try TestServer { connection in while connection.readRequest() != nil { connection.respond("first") }
        }.start()
        defer { first.stop() }
        let second = try TestServer { connection in
            while connection.readRequest() != nil { connection.respond("second") }
        }.start()
        defer { second.stop() }
        try await withClient { client in
            for _ in 0..<3 {
                let firstResponse = try await client.send(first.request())
                #expect(firstResponse.body == Array("first".utf8))
                let secondResponse = try await client.send(second.request())
                #expect(secondResponse.body == Array("second".utf8))
            }
        }
    }

    @Test func anIdleClientDoesNotWake() async throws {
        let block = [UInt8](repeating: 7, count: 65_536)
        let full = Signal<Void>()
        let held = Signal<Void>()
        let server = try TestServer { connection in
            var next = connection.readRequest()
            while next?.line.contains("/quick") == true {
                connection.respond("ok")
                next = connection.readRequest()
            }
            guard let request = next else { return }
            if request.line.contains("/stall") {
                held.send(())
                return connection.waitForClose()
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            while connection.write(block, stall: 200, onStall: { full.send(()) }) {}
        }.start()
        defer { server.stop() }
        try await withClient { idle in
            // A kept connection, a paused stream and a stalled one: everything that might keep a loop busy.
            let paused = try await idle.stream(server.request("GET", "/flood"))
            async let first = idle.send(server.request("GET", "/quick"))
            async let second = idle.send(server.request("GET", "/quick"))
            _ = try await (first, second)
            await full.wait()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await idle.send(server.request("GET", "/stall")) }
                await held.wait()
                try await withClient { clock in
                    let tick = server.request("GET", "/stall", timeout: .milliseconds(300))
                    #expect(await failureCode { _ = try await clock.send(tick) } == .timedOut)
                    let passes = idle.passes
                    #expect(await failureCode { _ = try await clock.send(tick) } == .timedOut)
                    // A timer of libcurl's may be left over; a loop that polls or spins wakes more often.
                    #expect(idle.passes - passes < 3)
                }
                group.cancelAll()
            }
            #expect(paused.status == 200)
        }
    }

    /// In a process of its own, because other tests open descriptors at the same time.
    @Test func aThousandRequestsLeaveNoDescriptors() async {
        await #expect(processExitsWith: .success) {
            let closed = Counter()
            let allClosed = Signal<Void>()
            let server = try TestServer { connection in
                while connection.readRequest() != nil { connection.respond("ok") }
                connection.close()
                // One kept connection and one for each request that forbids it.
                if closed.add(1) == 501 { allClosed.send(()) }
            }.start()
            defer { server.stop() }
            let before = try openDescriptors()
            try await withClient { client in
                for number in 0..<1000 {
                    var request = server.request()
                    request.reusesConnection = number % 2 == 0
                    _ = try await client.send(request)
                }
            }
            await allClosed.wait()
            let after = try openDescriptors()
            // The test runner and the runtime open and close a few of their own meanwhile.
            #expect(after < before + 10)
        }
    }
}

private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}
