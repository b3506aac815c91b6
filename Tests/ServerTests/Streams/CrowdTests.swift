import AgentStream
import Curl
import Glibc
import Model
import OpsMetrics
import Server
import Store
import TestSupport
import Testing

/// Many readers of one run, one of whom takes nothing.
@Suite(.timeLimit(.minutes(isSoak ? 60 : 10))) struct CrowdTests {
    private static let readers = 200
    private static let messages = isSoak ? 20_000 : 3_000

    @Test func aStalledReaderIsCutAndAllOthersGetEverything() async throws {
        let scene = OpsScene()
        var settings = scene.settings
        settings.timings.writeDeadline = .milliseconds(500)
        settings.timings.heartbeat = .seconds(3600)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            let expected = Self.expectedStream(run)
            let stalled = try await stalledReader(service, run)
            var streams: [HTTPStream] = []
            for _ in 0..<Self.readers {
                streams.append(try await service.client.stream(HTTPRequest(url: "\(service.base)/runs/\(run)/events")))
            }
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for stream in streams { group.addTask { try await Self.firstDifference(stream.body, expected) } }
                group.addTask {
                    for first in stride(from: 1, through: Self.messages, by: 20) {
                        try await service.store.appendMessages(first...(first + 19), to: run)
                    }
                    try await service.store.succeed(run)
                    return nil
                }
                for try await difference in group { #expect(difference == nil) }
            }
            try await resume(stalled, service, run)
            try await service.untilUnread(run)
            let ends = scene.metrics.streams.disconnects
            #expect(ends["slow_reader"].value == 1)
            #expect(ends["end"].value == Double(Self.readers) + 1)
        }
    }

    /// A reader on the unix socket, whose buffers are small, that sends its request and then takes nothing.
    private func stalledReader(_ service: TestService, _ run: Run.ID) async throws -> RawConnection {
        let socket = service.socket
        return try await onThread {
            let connection = try RawConnection(unix: socket)
            connection.send("GET /runs/\(run)/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return connection
        }
    }

    /// What was on its way to the stalled reader ends without `end`; the rest comes when it asks again.
    private func resume(_ stalled: RawConnection, _ service: TestService, _ run: Run.ID) async throws {
        let taken = try await onThread { try stalled.receiveAll() }
        let ids = Self.wholeIDs(taken)
        #expect(ids == Array(1...ids.count))
        #expect(ids.count < Self.messages)
        var reader = try await service.events(of: run.rawValue, lastEventID: ids.count)
        let rest = try await reader.rest()
        #expect(rest.dropLast().map(\.id) == Array((ids.count + 1)...Self.messages))
        #expect(rest.last?.name == "end")
    }

    /// The numbers of the events that came whole, out of a chunked answer.
    private static func wholeIDs(_ bytes: [UInt8]) -> [Int] {
        var ids: [Int] = []
        var current: Int?
        for bytes in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = String(decoding: bytes, as: UTF8.self)
            if line.hasPrefix("id: ") { current = Int(line.dropFirst(4)) }
            guard line.isEmpty, let id = current else { continue }
            ids.append(id)
            current = nil
        }
        return ids
    }

    /// The whole stream as every reader must get it.
    private static func expectedStream(_ run: Run.ID) -> [UInt8] {
        var text = ": \(run)\n\n"
        for number in 1...messages {
            text += "id: \(number)\ndata: \(String(decoding: NewMessage.numbered(number).body, as: UTF8.self))\n\n"
        }
        text += "id: \(messages)\nevent: end\ndata: {\"state\":\"succeeded\",\"reason\":null,\"detail\":null}\n\n"
        return Array(text.utf8)
    }

    /// Where a stream leaves what is expected; nil when it does not.
    static func firstDifference(_ body: HTTPBody, _ expected: [UInt8]) async throws -> Int? {
        var offset = 0
        for try await chunk in body {
            guard offset + chunk.count <= expected.count else { return expected.count }
            let isSame = chunk.withUnsafeBytes { chunk in
                expected.withUnsafeBytes { expected in
                    guard let one = chunk.baseAddress, let other = expected.baseAddress else { return false }
                    return memcmp(one, other + offset, chunk.count) == 0
                }
            }
            guard isSame else { return offset }
            offset += chunk.count
        }
        return offset == expected.count ? nil : offset
    }
}
