import AgentStream
import Curl
import Glibc
import Model
import Server
import Store
import TestSupport
import Testing

/// How subscriptions end when a reader or the service goes.
@Suite(.timeLimit(.minutes(isSoak ? 60 : 10))) struct SubscriptionEndingTests {
    /// Nothing is ever sent that would meet a closed connection.
    private static var silent: TestService.Settings {
        var settings = TestService.Settings()
        settings.options.ssePing = nil
        settings.options.allowsMethodOverride = true
        settings.timings.heartbeat = .seconds(3600)
        settings.timings.idle = .seconds(3600)
        return settings
    }

    @Test func aReaderThatGoesIsNoticedAtOnce() async throws {
        try await TestService.run(Self.silent) { service in
            let run = try await service.store.runningRun().id
            for _ in 0..<3 {
                var reader: EventReader? = try await service.subscribe(
                    "runs.onMessage",
                    ["id": .string(run.rawValue)]
                )
                #expect(try await reader?.next()?.name == "connected")
                reader = nil
                try await service.untilUnread(run)
            }
        }
    }

    @Test(arguments: ["GET", "POST"], [false, true])
    func aProcedureIsCancelledWhenItsReaderGoes(_ method: String, _ isReset: Bool) async throws {
        let procedures = ReferenceProcedures()
        var settings = Self.silent
        settings.extraProcedures = procedures.all
        try await TestService.run(settings) { service in
            try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                let body = method == "POST" ? "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" : "\r\n"
                connection.send("\(method) /trpc/ref.quiet HTTP/1.1\r\nHost: localhost\r\n\(body)")
                _ = try connection.answer(until: { $0.contains("open") })
                if isReset { connection.resetAtEnd() }
            }
            await procedures.quietEnded.wait()
        }
    }

    @Test func shutdownEndsSubscriptionsWithoutAWord() async throws {
        try await TestService.run(Self.silent) { service in
            let run = try await service.store.runningRun().id
            var readers: [EventReader] = []
            for _ in 0..<5 {
                var reader = try await service.subscribe("runs.onMessage", ["id": .string(run.rawValue)])
                _ = try await reader.next()
                readers.append(reader)
            }
            await service.shutDown()
            // The run goes on: who reads it is to come back.
            for var reader in readers { #expect(try await reader.rest() == []) }
        }
    }

    @Test func aStalledReaderIsCutAndAllOthersGetEverything() async throws {
        var settings = Self.silent
        settings.timings.writeDeadline = .milliseconds(500)
        // More than the buffers of a socket take.
        let messages = isSoak ? 20_000 : 6_000
        try await TestService.run(settings) { service in
            let store = service.store
            let run = try await store.runningRun().id
            let head = "GET /trpc/runs.onMessage?input=%7B%22id%22:%22\(run)%22%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let stalled = try await onThread { [socket = service.socket] in
                let connection = try RawConnection(unix: socket)
                connection.send(head)
                _ = try connection.answer(until: { $0.contains("connected") })
                return connection
            }
            // Whoever has the head of the answer is subscribed.
            let expected = Self.expectedStream(messages)
            let url = "\(service.base)/trpc/runs.onMessage?input=%7B%22id%22:%22\(run)%22%7D"
            var streams: [HTTPStream] = []
            for _ in 0..<20 { streams.append(try await service.client.stream(HTTPRequest(url: url))) }
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for stream in streams {
                    group.addTask { try await CrowdTests.firstDifference(stream.body, expected) }
                }
                for first in stride(from: 1, through: messages, by: 20) {
                    try await store.appendMessages(first...(first + 19), to: run)
                }
                try await store.succeed(run)
                for try await difference in group { #expect(difference == nil) }
            }
            let taken = try await onThread { String(decoding: try stalled.receiveAll(), as: UTF8.self) }
            #expect(!taken.contains("event: return"))
            try await service.untilUnread(run)
        }
    }

    /// The whole stream as every reader must get it.
    private static func expectedStream(_ messages: Int) -> [UInt8] {
        var text = "event: connected\ndata: {}\n\n\n"
        for number in 1...messages {
            text += "data: \(String(decoding: NewMessage.numbered(number).body, as: UTF8.self))\n\n\n"
        }
        return Array((text + "event: return\ndata: \n\n\n").utf8)
    }
}
