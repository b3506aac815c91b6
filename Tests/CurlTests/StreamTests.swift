import Foundation
import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(10)))
struct StreamTests {
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test func theHeadComesBeforeTheBody() async throws {
        let go = Gate()
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write(Self.chunked)
            go.block()
            connection.write("3\r\nabc\r\n0\r\n\r\n")
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let stream = try await client.stream(server.request())
            #expect(stream.status == 200)
            #expect(stream.headers["transfer-encoding"] == "chunked")
            go.open()
            #expect(try await stream.body.collect() == Array("abc".utf8))
        }
    }

    @Test func aStreamOutlivesItsHeadDeadline() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write(Self.chunked)
            for _ in 0..<6 {
                // Nothing to read, so this only lets time pass.
                _ = connection.isReadable(within: 100)
                connection.write("1\r\nx\r\n")
            }
            connection.write("0\r\n\r\n")
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let request = server.request(timeout: .milliseconds(300), maximumSilence: .seconds(10))
            let stream = try await client.stream(request)
            #expect(try await stream.body.collect().count == 6)
        }
    }

    @Test(arguments: [false, true])
    func aSlowReaderHoldsTheServerBack(tcp: Bool) async throws {
        let total = 200 * 1024 * 1024
        let block = [UInt8](repeating: 7, count: 65_536)
        let stalledAt = Signal<Int>()
        let written = Counter()
        let server = try TestServer(tcp: tcp) { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            while written.value < total {
                guard connection.write(block, stall: 300, onStall: { stalledAt.send(written.value) }) else { break }
                written.add(block.count)
            }
            stalledAt.send(written.value)
        }.start()
        defer { server.stop() }
        // What the client and a unix socket may hold, and what the kernel may hold for TCP.
        let slack = 1024 * 1024 + (tcp ? try kernelBuffers() : 0)
        try await withClient { client in
            let stream = try await client.stream(server.request(timeout: .seconds(60), maximumSilence: .seconds(1)))
            #expect(await stalledAt.wait() < slack)
            var received = 0
            var largest = 0
            var behind = 0
            for try await chunk in stream.body {
                received += chunk.count
                largest = max(largest, chunk.count)
                behind = max(behind, written.value - received)
            }
            #expect(received == total)
            #expect(largest <= Transfer.highWater + 16 * 1024)
            #expect(behind < slack)
        }
    }

    @Test func aPausedStreamIsNotSilent() async throws {
        let block = [UInt8](repeating: 7, count: 65_536)
        let stalled = Signal<Void>()
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(100 * block.count)\r\n\r\n")
            for _ in 0..<100 {
                // Longer than the silence that the client allows.
                connection.write(block, stall: 500) { stalled.send(()) }
            }
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let stream = try await client.stream(server.request(maximumSilence: .milliseconds(200)))
            await stalled.wait()
            #expect(try await stream.body.collect().count == 100 * block.count)
        }
    }

    @Test func silenceEndsAStream() async throws {
        let closed = Signal<Void>()
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write(Self.chunked + "3\r\nabc\r\n")
            connection.waitForClose()
            closed.send(())
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let stream = try await client.stream(server.request(maximumSilence: .milliseconds(200)))
            var bytes: [UInt8] = []
            let code = await failureCode { for try await chunk in stream.body { bytes += chunk } }
            #expect(code == .timedOut)
            #expect(bytes == Array("abc".utf8))
            await closed.wait()
        }
    }

    @Test func aBodyHasOneReader() async throws {
        let server = try TestServer { connection in
            _ = connection.readRequest()
            connection.write(Self.chunked)
            connection.waitForClose()
        }.start()
        defer { server.stop() }
        try await withClient { client in
            let stream = try await client.stream(server.request())
            await withTaskGroup(of: CurlError.Code?.self) { group in
                for _ in 0..<2 { group.addTask { await failureCode { _ = try await stream.body.collect() } } }
                #expect(await group.next() == .invalidRequest)
                group.cancelAll()
            }
        }
    }
}

/// The most that a TCP connection's two ends may hold: the last numbers of `tcp_rmem` and `tcp_wmem`.
private func kernelBuffers() throws -> Int {
    try ["rmem", "wmem"].reduce(0) { sum, name in
        let text = try String(contentsOfFile: "/proc/sys/net/ipv4/tcp_\(name)", encoding: .utf8)
        return sum + (text.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } ?? 0)
    }
}
