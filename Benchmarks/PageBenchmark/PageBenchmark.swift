import AgentStream
import Foundation
import TestSupport

/// Measures the page in a headless Chromium on loopback: until something is to be seen, and a long transcript.
///
/// The floor is a short text that the same service answers with, in the same run.
@main
struct PageBenchmark {
    private static let messages = 50_000

    static func main() async throws {
        guard Chromium.isWanted else { return print("page               chromium is not installed") }
        try await ServiceUnderTest.with { service in
            let repository = try await GitRepository(at: "\(service.folder)/repository").path
            let run = try await service.startRun(["lines \(messages) 300"], repository: repository)
            for try await _ in try await service.events(of: run) {}
            let base = "http://127.0.0.1:\(await service.port)"
            try await Chromium.with { browser in
                for path in ["/livez", "/", "/runs", "/tasks/new", "/schedules/new", "/charts", "/runs/\(run)"] {
                    try await browser.page {
                        try await firstPaint(of: path == "/runs/\(run)" ? "a run of 50,000" : path, base + path, $0)
                    }
                }
                try await browser.page { try await readUpwards("\(base)/runs/\(run)", service, $0) }
            }
        }
    }

    /// How long it takes until text is to be seen, over and over with nothing kept.
    private static func firstPaint(of name: String, _ url: String, _ page: BrowserPage) async throws {
        var paints: [Double] = []
        var bytes = 0
        for _ in 1...15 {
            page.clearRecord()
            try await page.open(url)
            bytes = page.record.receivedBytes
            let paint = try await page.evaluate(
                """
                new Promise((resolve) => new PerformanceObserver((list) => {
                  const entry = list.getEntriesByName("first-contentful-paint")[0];
                  if (entry) resolve(entry.startTime);
                }).observe({ type: "paint", buffered: true }))
                """
            )
            paints.append(paint.double ?? .nan)
        }
        paints.sort()
        print(
            "first paint        \(name): \(Int(paints[paints.count / 2])) ms, \(Int(paints[paints.count - 1])) ms at most "
                + "of \(paints.count) (aim 300 ms); \(bytes / 1000) KB (aim 150)"
        )
    }

    /// Scrolls up through 100 windows of messages.
    private static func readUpwards(_ url: String, _ service: ServiceUnderTest, _ page: BrowserPage) async throws {
        try await page.open(url)
        try await page.evaluate(
            """
            window.longest = 0;
            new PerformanceObserver((list) => {
              for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
            }).observe({ type: "longtask" });
            """
        )
        let before = try await memory(of: service)
        for _ in 1...100 {
            let shown = try await page.evaluate("document.querySelectorAll('.entry').length").int ?? 0
            try await page.evaluate("document.getElementById('earlier').click()")
            try await page.wait(for: "document.querySelectorAll('.entry').length > \(shown)")
        }
        let longest = try await page.evaluate("longest").double ?? .nan
        let shown = try await page.evaluate("document.querySelectorAll('.entry').length").int ?? 0
        print(
            "reading upwards    \(shown) of \(messages) messages; the browser's longest task \(Int(longest)) ms (aim 200); "
                + "the service's memory grew by \((try await memory(of: service) - before) / 1024) MB"
        )
    }

    /// The service's resident memory in KiB.
    private static func memory(of service: ServiceUnderTest) async throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(await service.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
