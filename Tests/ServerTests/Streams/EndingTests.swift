import Curl
import Model
import Server
import Testing

@testable import Store

/// How streams end when a reader or the service goes.
@Suite(.timeLimit(.minutes(10))) struct EndingTests {
    @Test func aReaderThatGoesLeavesNothingBehind() async throws {
        var settings = TestService.Settings()
        // A reader who has gone is noticed when something is sent to it.
        settings.timings.heartbeat = .milliseconds(20)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...2, to: run)
            for _ in 0..<3 {
                var reader: EventReader? = try await service.events(of: run.rawValue)
                _ = try await reader?.next(2)
                #expect(service.store.feeds.hasReaders(of: run))
                reader = nil
                try await service.untilUnread(run)
            }
        }
    }

    @Test func aReaderThatOnlyStopsSendingIsServedOn() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            let head = "GET /runs/\(run)/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let connection = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                connection.send(head)
                connection.finishSending()
                _ = try connection.receive()
                return connection
            }
            try await service.store.appendMessages(1...3, to: run)
            try await service.store.succeed(run)
            let rest = try await onThread { String(decoding: try connection.receiveAll(), as: UTF8.self) }
            #expect(rest.contains("id: 3\ndata: "))
            #expect(rest.contains("event: end\n"))
            #expect(rest.hasSuffix("\r\n0\r\n\r\n"))
        }
    }

    @Test func aRunThatEndsLeavesNothingBehind() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            var reader = try await service.events(of: run.rawValue)
            try await service.store.succeed(run)
            #expect(try await reader.rest().map(\.name) == ["end"])
            try await service.untilUnread(run)
        }
    }

    @Test func shutdownEndsOpenStreamsAndIdleConnections() async throws {
        var settings = TestService.Settings()
        settings.timings.idle = .seconds(3600)
        settings.timings.heartbeat = .seconds(3600)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...2, to: run)
            var readers: [EventReader] = []
            for _ in 0..<5 {
                var reader = try await service.events(of: run.rawValue)
                _ = try await reader.next(2)
                readers.append(reader)
            }
            let idle = try RawConnection(port: service.port)
            await service.shutDown()
            for var reader in readers {
                // The run goes on: its readers are to come back.
                #expect(try await reader.rest() == [])
            }
            withExtendedLifetime(idle) {}
        }
    }
}
