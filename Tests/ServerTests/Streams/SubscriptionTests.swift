import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// `runs.onMessage` as tRPC's client sees it.
@Suite(.timeLimit(.minutes(10))) struct SubscriptionTests {
    @Test func whatIsStoredAfterTheSubscriptionIsSentAndNothingElse() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            try await store.appendMessages(1...3, to: run)
            var reader = try await service.subscribe("runs.onMessage", ["id": .string(run.rawValue)])
            #expect(reader.status == 200)
            #expect(try await reader.next() == StreamEvent(name: "connected", data: "{}"))
            try await store.append(Self.everyKind, to: run)
            try await store.appendNotice(Self.notice, to: run, step: 0)
            try await store.appendMessages(20...22, to: run)
            try await store.succeed(run)
            let events = try await reader.rest()
            let kept = Self.everyKind.compactMap(Self.conversation)
            let expected = kept + [Self.notice] + (20...22).map { NewMessage.numbered($0).body }
            #expect(events.dropLast().map { Array($0.data.utf8) } == expected)
            #expect(events.allSatisfy { $0.id == nil })
            #expect(events.dropLast().allSatisfy { $0.name == nil })
            #expect(events.last == StreamEvent(name: "return", data: ""))
            // What was sent is what the run's page lists.
            let listed = try await service.query("runs.byId", ["id": .string(run.rawValue)])
            let messages = try #require(listed.data?["messages"]?.array)
            let sent = try expected.map { try JSONValue(parsing: $0) }
            #expect(Array(messages.dropFirst(3)) == sent)
        }
    }

    private static let notice = Array(#"{"type":"internal","session_id":"","message":{"role":"internal"}}"#.utf8)

    /// Bytes that a parser would not give back as they are.
    private static let everyKind: [IngestedLine] =
        Message.Kind.allCases.filter { $0 != .notice }
        .map { kind in
            .message(
                NewMessage(
                    kind: kind,
                    body: Array(#"{"type":"\#(kind.rawValue)",  "message":{"n":1.50e+01,"s":"\u00e9\/"}}"#.utf8)
                )
            )
        } + [.partial(Array(#"{"type":"stream_event"}"#.utf8))]

    private static func conversation(_ line: IngestedLine) -> [UInt8]? {
        guard case .message(let message) = line, [.assistant, .user, .notice].contains(message.kind) else { return nil }
        return message.body
    }

    @Test func aRunThatHasEndedReturnsAtOnce() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...3, to: run)
            try await service.store.succeed(run)
            var reader = try await service.subscribe("runs.onMessage", ["id": .string(run.rawValue)])
            #expect(try await reader.rest().map(\.name) == ["connected", "return"])
        }
    }

    /// The three places where a client tells which message it saw last.
    enum Place: CaseIterable, Sendable {
        case header
        case query
        case input

        func subscribe(_ service: TestService, _ run: Run.ID, _ last: String) async throws -> EventReader {
            let id = JSONValue.string(run.rawValue)
            return switch self {
            case .header: try await service.subscribe("runs.onMessage", ["id": id], ["last-event-id": last])
            case .query: try await service.subscribe("runs.onMessage", ["id": id], parameters: "lastEventId=\(last)")
            case .input: try await service.subscribe("runs.onMessage", ["id": id, "lastEventId": .string(last)])
            }
        }
    }

    @Test(arguments: Place.allCases)
    func aReaderThatSaysWhereItWasGoesOnThere(_ place: Place) async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            try await store.appendMessages(1...5, to: run)
            for last in 0...5 {
                var reader = try await place.subscribe(service, run, String(last))
                let expected = Array((last..<5).map { $0 + 1 })
                #expect(try await reader.next()?.name == "connected")
                #expect(try await reader.next(expected.count).map(\.id) == expected)
            }
            var reader = try await place.subscribe(service, run, "4")
            try await store.appendMessages(6...7, to: run)
            try await store.succeed(run)
            let rest = try await reader.rest()
            #expect(rest.map(\.id) == [nil, 5, 6, 7, nil])
            #expect(rest.last?.name == "return")
        }
    }

    @Test func aReaderThatIsCutAgainAndAgainGetsARunThatGoesOn() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    for first in stride(from: 1, through: 400, by: 4) {
                        try await store.appendMessages(first...(first + 3), to: run)
                    }
                    try await store.succeed(run)
                }
                var seen: [Int] = []
                var hasEnded = false
                while !hasEnded {
                    var reader = try await Place.header.subscribe(service, run, String(seen.last ?? 0))
                    for event in try await reader.next(seen.count % 13 + 2) where event.name != "connected" {
                        if event.name == "return" { hasEnded = true } else { seen.append(event.id ?? -1) }
                    }
                }
                #expect(seen == Array(1...400))
            }
        }
    }

    @Test(arguments: ["x", "-1", "1.5", "99999999999999999999", "+1"])
    func whatIsNoMessageNumberIsRefused(_ last: String) async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            for place in [Place.header, .input] {
                var reader = try await place.subscribe(service, run, last)
                let events = try await reader.rest()
                #expect(events.map(\.name) == ["connected", "serialized-error"])
                #expect(events.last?.json?["code"] == -32600)
                #expect(events.last?.json?["message"]?.string?.contains("lastEventId") == true)
            }
        }
    }

    @Test func messagesOfOneCommitAreOneWrite() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            let head = "GET /trpc/runs.onMessage?input=%7B%22id%22:%22\(run)%22%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let connection = try await onThread { [port = service.port] in
                let connection = try RawConnection(port: port)
                connection.send(head)
                _ = try connection.answer(until: { $0.contains("connected") })
                return connection
            }
            try await service.store.appendMessages(1...200, to: run)
            try await service.store.succeed(run)
            let rest = try await onThread { String(decoding: try connection.receiveAll(), as: UTF8.self) }
            #expect(rest.split(separator: "data: {").count > 200)
            // The messages, the end, and the chunk that ends the answer.
            #expect(rest.split(separator: "\r\n").filter { Int($0, radix: 16) != nil }.count == 3)
        }
    }
}
