import AgentStream
import Curl
import Model
import Server
import Store
import Testing

/// The pages as a program without scripts sees them.
@Suite(.timeLimit(.minutes(10))) struct PageTests {
    @Test func theOverviewOfAServiceThatDidNothingSaysSo() async throws {
        try await TestService.run { service in
            let response = try await service.get("/")
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "text/html; charset=utf-8")
            for text in ["Nothing runs.", "Nothing waits.", "No schedule is due.", "No run has ended yet."] {
                #expect(response.text.contains(text))
            }
        }
    }

    @Test func theOverviewTellsWhatRunsWhatWaitsAndHowTheLastRunsEnded() async throws {
        try await TestService.run { service in
            let store = service.store
            let ended = try await store.runningRun()
            try await store.setUsage(AgentUsage(costUSD: 0.123_456), of: store.execution(of: ended.id, step: 0))
            try await store.finishRun(ended.id, RunEnding(state: .failed(.budget), detail: nil))
            let running = try await store.runningRun()
            let queued = try await store.someRun("Fix it", repository: "owner/name")
            let text = try await service.get("/").text
            #expect(text.contains("<a href=\"/runs/\(ended.id)\" class=\"badge failed\">failed: budget</a>"))
            #expect(text.contains("$0.1235"))
            #expect(text.contains("<b class=\"bad\">1</b><span>not succeeded today</span>"))
            #expect(text.contains("<header><a href=\"/runs/\(running.id)\">"))
            #expect(text.contains("<li value=\"1\"><a href=\"/runs/\(queued.id)\">Fix it</a><small>owner/name</small>"))
        }
    }

    @Test func whatRunsAreCalledIsTextAndNeverMarkup() async throws {
        try await TestService.run { service in
            let name = "<script>alert(1)</script>\"\u{301} onclick='a'&amp;\u{1B}[2J\u{202E}"
            _ = try await service.store.someRun(name, repository: "r<img src=x>\u{2066}")
            for path in ["/", "/runs"] {
                let text = try await service.get(path).text
                #expect(
                    text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;\u{301} onclick=&#39;a&#39;&amp;amp;")
                )
                #expect(text.contains("\\u{1B}[2J\\u{202E}"))
                #expect(!text.contains("<script>alert"))
                #expect(!text.contains("<img src=x"))
                #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{202E}", "\u{2066}"].contains($0) })
            }
        }
    }

    @Test func nothingRunsOrLoadsInAPageButTheServicesOwnFiles() async throws {
        try await TestService.run { service in
            let page = try await service.get("/")
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "))
            #expect(!policy.contains("unsafe"))
            #expect(page.headers["x-content-type-options"] == "nosniff")
            let paths = page.text.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.output.1) }
            #expect(paths.count > 8)
            for path in paths where !path.hasPrefix("#") {
                #expect(path.hasPrefix("/"), "\(path)")
                guard path.hasPrefix("/assets/") else { continue }
                let file = try await service.get(path)
                #expect(file.status == 200, "\(path)")
                #expect(file.headers["cache-control"] == "public, max-age=31536000, immutable")
            }
        }
    }

    @Test func listsOfRunsGoOnAndCanBeOfOneState() async throws {
        try await TestService.run { service in
            let first = try await service.store.someRun("First one", repository: "r")
            for number in 2...51 { _ = try await service.store.someRun("Run \(number)", repository: "r") }
            let page = try await service.get("/runs?state=queued").text
            #expect(!page.contains("First one"))
            let older = String(try #require(page.firstMatch(of: /<a href="([^"]*)" rel="next">/)).output.1)
            #expect(older.hasPrefix("/runs?state=queued&amp;before="))
            let rest = try await service.get(older.replacing("&amp;", with: "&")).text
            #expect(rest.contains("/runs/\(first.id)"))
            #expect(!rest.contains("rel=\"next\""))
            #expect(try await service.get("/runs?state=lost").text.contains("There are no such runs."))
        }
    }

    @Test func anAddressThatCannotBeShownSaysWhy() async throws {
        try await TestService.run { service in
            let response = try await service.get("/runs?state=happy")
            #expect(response.status == 400)
            #expect(response.text.contains("state: It is none of these: queued, starting, running"))
        }
    }

    @Test func pagesHearOfChangesAndOfManyAtOnceAFewTimes() async throws {
        try await TestService.run { service in
            let stream = try await service.client.stream(
                HTTPRequest(url: "\(service.base)/updates", maximumSilence: .seconds(30))
            )
            var reader = EventReader(stream)
            #expect(try await reader.next()?.name == "change")
            for round in 1...2 {
                for number in 1...200 { _ = try await service.store.someRun("Run \(round) \(number)", repository: "r") }
                #expect(try await reader.next()?.name == "change")
            }
        }
    }

    @Test func whatRunsNowCanBeSeenAndRemoved() async throws {
        try await TestService.run { service in
            #expect(try await service.get("/instances").text.contains("There is none now."))
            let run = try await service.store.runningRun()
            let instance = try await service.store.instance(of: run.id)
            let page = try await service.get("/instances").text
            #expect(page.contains("<a href=\"/runs/\(run.id)\">Some task</a><small>process</small>"))
            #expect(page.contains("<form data-procedure=\"instances.remove\">"))
            #expect(page.contains("name=\"id\" data-kind=\"text\" value=\"\(instance.id)\""))
            try await service.store.setInstance(of: run.id, to: .stopped)
            #expect(try await service.get("/instances").text.contains("There is none now."))
        }
    }
}
