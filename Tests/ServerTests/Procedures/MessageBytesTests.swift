import AgentStream
import Model
import Store
import Testing

/// Messages go out as they were stored, byte by byte.
@Suite(.timeLimit(.minutes(10))) struct MessageBytesTests {
    /// What an agent may write, and what clients get.
    private static let bodies: [(stored: String, sent: String)] = [
        (#"{"message":{},"b":1,"a":2,"b":3}"#, #"{"message":{},"b":1,"a":2,"b":3}"#),
        (
            #"{"type":"assistant","message":{"t":"\ud800 lone"}}"#,
            #"{"type":"assistant","message":{"t":"\ud800 lone"}}"#
        ),
        (
            #"{"n":[1.0,1e5,-0,0.10,12345678901234567890123,1E+2]}"#,
            #"{"n":[1.0,1e5,-0,0.10,12345678901234567890123,1E+2]}"#
        ),
        (#"{"t":"\u00e9 é \/ \u0000 </script>"}"#, #"{"t":"\u00e9 é \/ \u0000 </script>"}"#),
        ("{ \"a\" :\t1 }  ", "{ \"a\" :\t1 }  "),
        ("{\"a\":\r1}\r", "{\"a\": 1} "),
        (
            #"{"big":"\#(String(repeating: "x", count: 400_000))"}"#,
            #"{"big":"\#(String(repeating: "x", count: 400_000))"}"#
        ),
    ]

    @Test func aRunCarriesItsMessagesByteByByte() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun()
            let kinds: [Message.Kind] = [.assistant, .user]
            let lines = Self.bodies.enumerated().map { index, body in
                IngestedLine.message(NewMessage(kind: kinds[index % 2], body: Array(body.stored.utf8)))
            }
            try await service.store.append(lines, to: run.id)
            // This is not the original's to show.
            try await service.store.append(
                [.message(NewMessage(kind: .system, body: Array(#"{"type":"system"}"#.utf8)))],
                to: run.id
            )
            let response = try await service.query("runs.byId", ["id": .string(run.id.rawValue)])
            let expected = #""messages":["# + Self.bodies.map(\.sent).joined(separator: ",") + #"],"taskVersion":1"#
            #expect(response.bytes.contains(Array(expected.utf8)))
            let without = try await service.query("runs.byId", ["id": .string(run.id.rawValue), "messages": false])
            #expect(without.bytes.contains(Array(#""messages":[],"taskVersion":1"#.utf8)))
            var reader = try await service.events(of: run.id.rawValue)
            let events = try await reader.next(Self.bodies.count)
            #expect(events.map(\.data) == Self.bodies.map(\.sent))
        }
    }

    @Test func allMessagesComeInPagesWithTheirNumbers() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun()
            let id: JSONValue = .string(run.id.rawValue)
            for (index, body) in Self.bodies.enumerated() {
                let kind: Message.Kind = index % 2 == 0 ? .system : .other
                try await service.store.append(
                    [.message(NewMessage(kind: kind, body: Array(body.stored.utf8)))],
                    to: run.id
                )
            }
            let raw: [UInt8] = [0xFF, 0x00, 0x0A, 0x0D, 0x22]
            try await service.store.append([.message(NewMessage(kind: .raw, body: raw))], to: run.id)
            try await service.store.append([.message(NewMessage(kind: .cut, body: Array("{\"a\":".utf8)))], to: run.id)
            try await service.store.succeed(run.id)

            let first = try await service.query("runs.messages", ["id": id])
            let messages = try #require(first.data?["messages"]?.array)
            #expect(messages.compactMap { $0["seq"]?.int } == Array(1...messages.count))
            let count = Self.bodies.count
            let raws = [#"{"type":"raw","base64":"/wAKDSI="}"#, #"{"type":"raw","base64":"eyJhIjo=","cut":true}"#]
            #expect(first.bytes.contains(Array(#""kind":"raw","message":\#(raws[0])}"#.utf8)))
            #expect(first.bytes.contains(Array(#""kind":"cut","message":\#(raws[1])}"#.utf8)))
            #expect(messages.count == count + 2)
            #expect(first.bytes.contains(Array(#""kind":"other","message":\#(Self.bodies[1].sent)}"#.utf8)))
            #expect(first.data?["isFinal"] == false)
            let rest = try await service.query("runs.messages", ["id": id, "after": JSONValue(messages.count)])
            #expect(
                String(decoding: rest.bytes, as: UTF8.self) == #"{"result":{"data":{"messages":[],"isFinal":true}}}"#
            )
        }
    }

    @Test func aLongRunIsReadInPagesWithoutGap() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun()
            let text = String(repeating: "x", count: 40_000)
            for number in 1...60 {
                let body = Array(#"{"number":\#(number),"text":"\#(text)"}"#.utf8)
                try await service.store.append([.message(NewMessage(kind: .user, body: body))], to: run.id)
            }
            var numbers: [Int] = []
            var after = 0
            while true {
                let input: JSONValue = ["id": .string(run.id.rawValue), "after": JSONValue(after)]
                let page = try #require(try await service.query("runs.messages", input).data?["messages"]?.array)
                guard let last = page.last?["seq"]?.int else { break }
                #expect(page.count < 60)
                numbers += page.compactMap { $0["message"]?["number"]?.int }
                after = last
            }
            #expect(numbers == Array(1...60))
            let whole = try await service.query("runs.byId", ["id": .string(run.id.rawValue)])
            let spliced = try #require(whole.data?["messages"]?.array)
            #expect(spliced.compactMap { $0["number"]?.int } == Array(1...60))
        }
    }
}
