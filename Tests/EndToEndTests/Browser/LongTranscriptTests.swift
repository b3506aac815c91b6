import AgentStream
import Foundation
import TestSupport
import Testing

extension BrowserTests {
    /// A transcript of more messages than anybody reads.
    struct LongTranscriptTests {
        private static let count = isSoak ? 50_000 : 3000

        @Test func itOpensAtItsEndAndIsReadUpwardsWhileTheServiceStaysSmall() async throws {
            try await ServiceUnderTest.with { service in
                let repository = try await GitRepository(at: "\(service.folder)/repository").path
                let before = try await Self.memory(of: service)
                let run = try await service.startRun(["lines \(Self.count) 300"], repository: repository)
                try await BrowserTests.page { page in
                    try await page.open("http://127.0.0.1:\(service.port)/runs/\(run)")
                    // While it comes, what is far above goes.
                    try await page.wait(for: "document.querySelector('#head .heading .badge.succeeded')")
                    try await page.wait(for: "!document.querySelector('#window').dataset.follow")
                    #expect(
                        try await page.evaluate("document.querySelector('#entries').children.length").int ?? 0 <= 2200
                    )
                    #expect(try await page.evaluate(Self.isWhole) == true)
                    // What a service takes up with its first run and its first pages is in it.
                    #expect(try await Self.memory(of: service) - before < 96 << 10)
                    #expect(try await page.text(".entry.text:nth-last-of-type(2)").hasPrefix("\(Self.count) "))
                    try await Self.readUpwards(page, service)
                    #expect(page.record.complaints == [])
                }
            }
        }

        /// Whether the numbers on the texts that are shown follow each other.
        private static let isWhole = """
            [...document.querySelectorAll(".entry.text")].map((text) => parseInt(text.textContent))
              .every((number, place, all) => place === 0 || number === all[place - 1] + 1)
            """

        private static func readUpwards(_ page: BrowserPage, _ service: ServiceUnderTest) async throws {
            page.clearRecord()
            try await page.loading { try await page.evaluate("location.reload()") }
            #expect(page.record.receivedBytes < 400_000)
            let before = try await memory(of: service)
            for _ in 1...(isSoak ? 60 : 12) {
                let shown = try await page.evaluate("document.querySelectorAll('.entry').length").int ?? 0
                try await page.evaluate("document.querySelector('#earlier').scrollIntoView({ behavior: 'instant' })")
                try await page.click("#earlier")
                try await page.wait(for: "document.querySelectorAll('.entry').length >= \(shown + 190)")
            }
            #expect(try await page.evaluate(isWhole) == true)
            #expect(try await memory(of: service) - before < 48 << 10)
        }

        /// The service's resident memory in KiB.
        private static func memory(of service: ServiceUnderTest) async throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(await service.pid)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        }
    }
}
