import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// `/runs/{id}/events` as a reader sees it.
@Suite(.timeLimit(.minutes(10))) struct EventTests {
    @Test func aReaderGetsWhatWasAndWhatComes() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...5, to: run)
            var reader = try await service.events(of: run.rawValue)
            #expect(reader.status == 200)
            #expect(reader.headers["content-type"] == "text/event-stream")
            #expect(reader.headers["cache-control"] == "no-cache, no-transform")
            #expect(try await reader.next(5).map(\.id) == [1, 2, 3, 4, 5])
            try await service.store.appendMessages(6...8, to: run)
            let live = try await reader.next(3)
            #expect(live.map(\.id) == [6, 7, 8])
            #expect(live.map { $0.json?["number"] } == [6, 7, 8])
            #expect(live.allSatisfy { $0.name == nil })
            let ending = RunEnding(state: .failed(.budget), detail: "It was too much.\n")
            try await service.store.finishRun(run, ending)
            let end = try #require(try await reader.next())
            #expect(end.name == "end")
            #expect(end.id == 8)
            #expect(end.json == ["state": "failed", "reason": "budget", "detail": "It was too much.\n"])
            #expect(try await reader.next() == nil)
        }
    }

    @Test func whoComesBackAfterTheEndIsToldToStop() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            try await store.appendMessages(1...3, to: run)
            try await store.succeed(run)
            let again = try await service.get("/runs/\(run)/events", ["Last-Event-ID": "3"])
            #expect(again.status == 204)
            #expect(again.body.isEmpty)
            let empty = try await store.cancelRun(store.someRun().id).id
            var reader = try await service.events(of: empty.rawValue)
            #expect(try await reader.rest().map(\.id) == [0])
            #expect(try await service.get("/runs/\(empty)/events", ["Last-Event-ID": "0"]).status == 204)
            #expect(try await service.get("/runs/\(empty)/events", ["Last-Event-ID": ""]).status == 200)
        }
    }

    @Test func aReaderResumesAtEveryPositionWithoutGapOrDouble() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...20, to: run)
            for position in 0...20 {
                let expected = Array((position..<20).map { $0 + 1 })
                var byHeader = try await service.events(of: run.rawValue, lastEventID: position)
                #expect(try await byHeader.next(expected.count).map(\.id) == expected)
                var byQuery = try await service.events(of: run.rawValue, after: position)
                #expect(try await byQuery.next(expected.count).map(\.id) == expected)
            }
            try await service.store.succeed(run)
            for position in 0...20 {
                let expected = Array((position..<20).map { $0 + 1 })
                var byQuery = try await service.events(of: run.rawValue, after: position)
                #expect(try await byQuery.rest().map(\.id) == expected + [20])
                guard position < 20 else { continue }
                var byHeader = try await service.events(of: run.rawValue, lastEventID: position)
                #expect(try await byHeader.rest().map(\.id) == expected + [20])
            }
        }
    }

    @Test func theHeaderWinsOverTheQueryAsOnAnEventSourcesReturn() async throws {
        try await TestService.run { service in
            let run = try await service.store.runningRun().id
            try await service.store.appendMessages(1...5, to: run)
            var reader = try await service.events(of: run.rawValue, after: 1, lastEventID: 4)
            #expect(try await reader.next()?.id == 5)
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
                    var reader = try await service.events(of: run.rawValue, lastEventID: seen.last ?? 0)
                    if reader.status == 204 { break }
                    for event in try await reader.next(seen.count % 13 + 1) {
                        if event.name == "end" { hasEnded = true } else { seen.append(event.id ?? -1) }
                    }
                }
                #expect(seen == Array(1...400))
            }
        }
    }

    @Test func partialTextIsShownLiveWithoutNumberAndNeverAgain() async throws {
        try await TestService.run { service in
            let store = service.store
            let run = try await store.runningRun().id
            var reader = try await service.events(of: run.rawValue)
            let partial = #"{"type":"stream_event","event":{}}"#
            let seen = Flag()
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    // A reader gets what comes after it has caught up; nothing tells when that is.
                    while !seen.isSet { try await store.append([.partial(Array(partial.utf8))], to: run) }
                }
                let event = try await reader.next()
                seen.set()
                #expect(event == StreamEvent(id: nil, name: "partial", data: partial))
            }
            try await store.appendMessages(1...1, to: run)
            try await store.succeed(run)
            #expect(try await reader.rest().filter { $0.name != "partial" }.map(\.id) == [1, 1])
            var late = try await service.events(of: run.rawValue)
            #expect(try await late.rest().map(\.name) == [nil, "end"])
        }
    }

    @Test(arguments: ["x", "-1", "+1", "1.5", "99999999999999999999", "%201", "1%0A", "0x1", "%D9%A1"])
    func whatIsNoNumberIsRefused(_ text: String) async throws {
        try await TestService.run { service in
            let run = try await service.store.someRun().id
            #expect(try await service.get("/runs/\(run)/events?after=\(text)").status == 400)
            guard !text.contains("%") else { return }
            #expect(try await service.get("/runs/\(run)/events", ["Last-Event-ID": text]).status == 400)
            let both = try await service.get("/runs/\(run)/events?after=\(text)", ["Last-Event-ID": "0"])
            #expect(both.status == 400)
        }
    }

    @Test func aRunThatIsNotThereIsNotFound() async throws {
        try await TestService.run { service in
            let response = try await service.get("/runs/nobody/events")
            #expect(response.status == 404)
            #expect(response.text == "There is no run nobody.\n")
            #expect(try await service.get("/runs/nobody").status == 404)
        }
    }

    @Test func aSilentStreamBeats() async throws {
        var settings = TestService.Settings()
        settings.timings.heartbeat = .milliseconds(20)
        try await TestService.run(settings) { service in
            let run = try await service.store.runningRun().id
            let url = "\(service.base)/runs/\(run)/events"
            let stream = try await service.client.stream(HTTPRequest(url: url))
            var text = ""
            for try await chunk in stream.body {
                text += String(decoding: chunk, as: UTF8.self)
                if text.hasSuffix("\n\n:\n\n:\n\n:\n\n") { break }
            }
            #expect(text.hasPrefix(": \(run)\n\n:\n\n"))
        }
    }
}
