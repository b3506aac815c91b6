import Model
import Testing

@testable import Notify

/// How long a notice waits for its next attempt.
struct BackoffTests {
    @Test(arguments: [(1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 7200), (7, 7200), (1000, 7200)])
    func itGrowsToTwoHours(_ failures: Int, _ seconds: Int64) {
        #expect(Backoff.wait(after: failures, chance: 0) == .seconds(seconds))
        #expect(Backoff.wait(after: failures, chance: 1) == .seconds(seconds) * 1.2)
    }

    @Test func aReceiverMayAskForMoreUpToAnHour() {
        #expect(Backoff.wait(after: 1, asked: .seconds(90), chance: 1) == .seconds(90))
        #expect(Backoff.wait(after: 1, asked: .seconds(86_400), chance: 1) == .seconds(3600))
        #expect(Backoff.wait(after: 4, asked: .seconds(90), chance: 0) == .seconds(600))
        #expect(Backoff.wait(after: 6, asked: .seconds(86_400), chance: 0) == .seconds(7200))
    }

    /// Sunday, 6 November 1994, 08:49:37 UTC.
    private static let instant = Timestamp(seconds: 784_111_777)

    @Test(arguments: [
        ("120", 120), (" 0 ", 0), ("99999999999999999999", 999_999_999), ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
    ])
    func aNumberOrAnInstantIsRead(_ value: String, _ seconds: Int64) {
        #expect(RetryAfter.wait(value, now: Self.instant) == .seconds(seconds))
    }

    @Test(arguments: ["", "soon", "-5", "1.5", "2026-01-01T00:00:00Z"])
    func nothingElseIs(_ value: String) {
        #expect(RetryAfter.wait(value, now: Self.instant) == nil)
        #expect(RetryAfter.wait(nil, now: Self.instant) == nil)
    }
}
