import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// A run's transcript in windows and live.
@Suite(.timeLimit(.minutes(10))) struct TranscriptPagesTests {
    /// A running run with all recordings, and how many messages it has.
    private static func recorded(_ store: Store) async throws -> (run: Run.ID, count: Int) {
        let run = try await store.runningRun().id
        let lines = try Recordings.all()
        try await store.append(lines, to: run)
        return (run, lines.count { $0.stored != nil })
    }

    private static func live(
        _ service: TestService,
        _ run: Run.ID,
        after: Int? = nil,
        id: Int? = nil
    ) async throws
        -> EventReader
    {
        var headers: HTTPHeaders = [:]
        headers["Last-Event-ID"] = id.map(String.init)
        let url = "\(service.base)/runs/\(run)/entries\(after.map { "?after=\($0)" } ?? "")"
        return EventReader(
            try await service.client.stream(HTTPRequest(url: url, headers: headers, maximumSilence: .seconds(60)))
        )
    }

    private static func html(_ event: StreamEvent) throws -> String {
        try #require(try JSONValue(parsing: event.data).string)
    }

    @Test func windowsPutTogetherAreWhatIsToldLive() async throws {
        try await TestService.run { service in
            let (run, count) = try await Self.recorded(service.store)
            try await service.store.succeed(run)
            var reader = try await Self.live(service, run)
            let events = try await reader.rest()
            #expect(events.last?.name == "end")
            #expect(events.last?.id == count)
            let told = try events.dropLast().flatMap { try Markup(Self.html($0)).entries }
            #expect(told == told.sorted())
            #expect(events.dropLast().map(\.id) == Array(Set(told.map(\.message))).sorted())
            for (word, start) in [("before", count + 1), ("after", 0)] {
                var place = start
                var seen: [EntryKey] = []
                while true {
                    let path = "/runs/\(run)/transcript?\(word)=\(place)&limit=70"
                    let text = try await service.get(path).text
                    let markup = Markup(text)
                    #expect(markup.faults.isEmpty)
                    seen += markup.entries
                    let way = word == "before" ? "earlier" : "later"
                    guard let link = markup.tags.first(where: { $0.attributes["id"] == way }) else { break }
                    let next = try #require(link.attributes["data-fragment"]?.split(separator: "=").last)
                    place = try #require(Int(next))
                }
                #expect(seen.sorted() == told, "\(word)")
            }
        }
    }

    @Test func aWindowKnowsTheToolsOfItsResults() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            let use = #"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"u","name":"Odd"}]}}"#
            let result =
                #"{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"u","content":"yes"}]}}"#
            let filler = Array(repeating: #"{"type":"keep_alive"}"#, count: 400)
            let lines = ([use] + filler + [result]).map { Recordings.ingested(Array($0.utf8)) }
            try await service.store.append(lines, to: run)
            let text = try await service.get("/runs/\(run)/transcript?after=401").text
            #expect(text.contains("<b>Odd</b>"))
            #expect(text.contains("data-of=\"u\""))
        }
    }

    @Test func aReaderResumesWithoutGapOrDouble() async throws {
        try await TestService.run { service in
            let (run, count) = try await Self.recorded(service.store)
            var whole = try await Self.live(service, run)
            let lastTold = 500
            let first = try await whole.next(lastTold)
            let place = try #require(first[lastTold / 2].id)
            var resumed = try await Self.live(service, run, after: 3, id: place)
            let rest = try await resumed.next(lastTold - lastTold / 2 - 1)
            #expect(rest.map(\.id) == first[(lastTold / 2 + 1)...].map(\.id))
            #expect(
                try rest.map { try Markup(Self.html($0)).entries }
                    == first[(lastTold / 2 + 1)...].map { try Markup(Self.html($0)).entries }
            )
            try await service.store.succeed(run)
            let url = "\(service.base)/runs/\(run)/entries"
            let ended = try await service.client.send(HTTPRequest(url: url, headers: ["Last-Event-ID": "\(count)"]))
            #expect(ended.status == 204)
        }
    }

    @Test func whatComesWhileSomebodyFollowsIsToldAndTextWhileItIsWritten() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            var reader = try await Self.live(service, run)
            let partial = #"""
                {"type":"stream_event","parent_tool_use_id":"p","event":{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"a\u202e<b>"}}}
                """#
            let seen = Flag()
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    while !seen.isSet { try await store.append([.partial(Array(partial.utf8))], to: run) }
                }
                let event = try await reader.next()
                seen.set()
                #expect(event?.name == "partial")
                #expect(
                    event?.json == [
                        "parent": "p", "part": 2, "kind": "text", "tool": .null, "text": "a\\u{202E}<b>",
                    ]
                )
            }
            let said = #"{"type":"assistant","message":{"content":[{"type":"text","text":"<hello>"}]}}"#
            try await store.append([Recordings.ingested(Array(said.utf8))], to: run)
            try await store.succeed(run)
            let rest = try await reader.rest().filter { $0.name != "partial" }
            #expect(rest.map(\.id) == [1, 1])
            #expect(try Self.html(rest[0]).contains("<div class=\"prose\">&lt;hello&gt;</div>"))
        }
    }

    @Test func whatIsNotThereIsNotFoundAndWhatIsNoNumberIsRefused() async throws {
        try await TestService.run { service in
            for path in ["transcript", "entries", "transcript.jsonl", "transcript.txt"] {
                #expect(try await service.get("/runs/nobody/\(path)").status == 404)
            }
            let run = try await service.store.someRun().id
            for number in ["x", "-1", "1.5", "99999999999999999999"] {
                for path in ["transcript?before=", "transcript?after=", "transcript?limit=", "entries?after="] {
                    #expect(try await service.get("/runs/\(run)/\(path)\(number)").status == 400)
                }
                #expect(try await service.get("/runs/\(run)?before=\(number)").status == 400)
            }
            for place in ["before=0", "before=1", "after=0", "after=9", "before=9223372036854775807"] {
                #expect(try await service.get("/runs/\(run)/transcript?\(place)").status == 200)
            }
        }
    }

    @Test func theDownloadsAreTheLinesAsTheyWereAndWhatAReaderSees() async throws {
        try await TestService.run { service in
            let (run, _) = try await Self.recorded(service.store)
            let odd = [Array("no JSON \u{1B}[1m\r".utf8), [0xFF, 0x00, 0x0D]]
            try await service.store.append(odd.map(Recordings.ingested), to: run)
            let stored = try Recordings.all().compactMap(\.stored) + odd
            let lines = try await service.get("/runs/\(run)/transcript.jsonl")
            #expect(lines.body == stored.flatMap { $0 + [0x0A] })
            #expect(lines.headers["content-disposition"] == "attachment; filename=\"\(run).jsonl\"")
            #expect(lines.headers["content-type"] == "application/octet-stream")
            let text = try await service.get("/runs/\(run)/transcript.txt")
            var fold = TranscriptFold()
            var transcript = TranscriptText(TranscriptText.Options(outputLines: nil))
            let expected = stored.map { line in
                transcript.text(of: fold.entries(of: line, kind: AgentLine(classifying: line).kind))
            }
            #expect(text.text == expected.joined())
            #expect(!text.text.unicodeScalars.contains("\u{1B}"))
        }
    }
}
