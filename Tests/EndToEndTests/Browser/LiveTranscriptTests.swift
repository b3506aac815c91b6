import AgentStream
import TestSupport
import Testing

extension BrowserTests {
    /// The transcript of a run that goes on.
    struct LiveTranscriptTests {
        /// The messages and their parts that are shown, in the page's order.
        static let shown = """
            [...document.querySelectorAll(".entry")].map(({ dataset }) => `${dataset.message}.${dataset.part}`)
            """

        @Test func itGoesOnThroughKilledServicesWithNothingLostOrDoubled() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                let count = isSoak ? 2000 : 240
                let run = try await service.startRun(["lines \(count) 200 20"], repository: repository)
                let port = await service.port
                try await BrowserTests.page { page in
                    try await page.open("http://127.0.0.1:\(port)/runs/\(run)")
                    try await page.evaluate("window.wasHere = true")
                    for seen in [count / 6, count / 2] {
                        try await page.wait(for: "document.querySelectorAll('.entry').length >= \(seen)")
                        await service.crash()
                        try await page.wait(for: "!document.querySelector('#connection').hidden")
                        try await service.start(["CARETAKER_SERVER_LISTEN": "127.0.0.1:\(port)"])
                    }
                    try await page.wait(for: "document.querySelector('#head .heading .badge.succeeded')")
                    try await page.wait(for: "!document.querySelector('#window').dataset.follow")
                    try await page.wait(for: "document.querySelector('#connection').hidden")
                    #expect(try await page.evaluate("window.wasHere") == true)
                    try await Self.compare(page, with: service.end(of: run), count)
                }
            }
        }

        /// What was shown while it came is what is stored and what is shown to those who come later.
        private static func compare(
            _ page: BrowserPage,
            with ended: ServiceUnderTest.EndedRun,
            _ count: Int
        ) async throws {
            let live = try await page.evaluate(shown)
            let texts = try await page.evaluate(
                "[...document.querySelectorAll('.entry.text')].map((text) => text.dataset.message)"
            )
            let stored = ended.messages.filter { $0.kind == "assistant" }.map { JSONValue.string("\($0.seq)") }
            #expect(stored.count == count)
            #expect(texts == .array(stored))
            try await page.loading { try await page.evaluate("location.reload()") }
            try await readUp(page)
            #expect(try await page.evaluate(shown) == live)
        }

        /// Has all be shown that is earlier.
        static func readUp(_ page: BrowserPage) async throws {
            while try await page.evaluate("!!document.querySelector('#earlier')") == true {
                let before = try await page.evaluate("document.querySelectorAll('.entry').length").int ?? 0
                try await page.click("#earlier")
                try await page.wait(for: "document.querySelectorAll('.entry').length > \(before)")
            }
        }

        @Test func whatComesIsShownAtTheEndUnlessTheReaderLooksElsewhere() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                let run = try await service.startRun(
                    ["gate \(service.folder)/first 60", "gate \(service.folder)/second 60"],
                    repository: repository
                )
                try await BrowserTests.page { page in
                    let distance = "document.documentElement.scrollHeight - scrollY - innerHeight"
                    try await page.open("http://127.0.0.1:\(service.port)/runs/\(run)")
                    try await page.wait(for: "document.querySelectorAll('.entry.text').length >= 60")
                    // Who reads the beginning is left there, and has a way to the end.
                    try await page.evaluate("scrollTo(0, 0)")
                    try service.makeFile("\(service.folder)/first")
                    try await page.wait(for: "document.querySelectorAll('.entry.text').length >= 180")
                    #expect(try await page.evaluate("scrollY") == 0)
                    try await page.click("#to-end")
                    try await page.wait(for: "\(distance) < 80")
                    try service.makeFile("\(service.folder)/second")
                    try await page.wait(for: "document.querySelectorAll('.entry.text').length >= 240")
                    try await page.wait(for: "document.querySelector('#head .heading .badge.succeeded')")
                    try await page.wait(for: "\(distance) < 80")
                    #expect(page.record.complaints == [])
                }
            }
        }

        @Test func whoTurnsTheWheelWhileMuchComesIsLetGo() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                let run = try await service.startRun(["lines 400 200 10"], repository: repository)
                try await BrowserTests.page { page in
                    let distance = "document.documentElement.scrollHeight - scrollY - innerHeight"
                    try await page.open("http://127.0.0.1:\(service.port)/runs/\(run)")
                    try await page.wait(
                        for: "document.querySelectorAll('.entry.text').length >= 60 && \(distance) < 80"
                    )
                    try await page.turnWheel(by: -1500)
                    try await page.wait(for: "\(distance) > 1000")
                    try await page.wait(for: "!document.querySelector('#window').dataset.follow")
                    #expect(try await page.evaluate(distance).double ?? 0 > 1000)
                }
            }
        }
    }
}
