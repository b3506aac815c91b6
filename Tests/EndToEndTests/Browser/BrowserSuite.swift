import TestSupport
import Testing

/// The page in a real browser, which all of the suite share; one test after the other, since two would wait for each
/// other's processor.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: Chromium.isWanted, "\(Chromium.remedy)"),
    .sharedBrowser
)
struct BrowserTests {
    @TaskLocal fileprivate static var shared: Chromium?

    struct Missing: Error {}

    /// Runs `body` with a page of the browser.
    static func page<Result>(
        _ window: BrowserPage.Window = .wide,
        _ body: (BrowserPage) async throws -> Result
    ) async throws -> Result {
        guard let shared else { throw Missing() }
        return try await shared.page(window, body)
    }
}

/// Has the tests of a suite share a browser: to start it costs more than most of them do.
struct SharedBrowser: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Chromium.with { browser in
            try await BrowserTests.$shared.withValue(browser) { try await function() }
        }
    }
}

extension Trait where Self == SharedBrowser {
    /// One browser for all of the suite.
    static var sharedBrowser: SharedBrowser { SharedBrowser() }
}
