import Testing

@testable import Server

/// How many wrong tokens a client may show, by a clock that the test moves.
struct AttemptBucketsTests {
    private let start = ContinuousClock.now

    @Test func tenAtOnceAndOneEverySixSeconds() {
        var buckets = AttemptBuckets()
        for _ in 0..<10 {
            #expect(buckets.wait("a", now: start) == nil)
            #expect(buckets.fail("a", now: start) == .counted)
        }
        #expect(buckets.wait("a", now: start) == .seconds(6))
        #expect(buckets.fail("a", now: start) == .limited(retryAfter: .seconds(6), isFirst: true))
        #expect(buckets.fail("a", now: start + .seconds(3)) == .limited(retryAfter: .seconds(3), isFirst: false))
        #expect(buckets.fail("a", now: start + .seconds(6)) == .counted)
        #expect(buckets.fail("a", now: start + .seconds(7)) == .limited(retryAfter: .seconds(5), isFirst: true))
        // An hour later there is room for ten and no more.
        for _ in 0..<10 { #expect(buckets.fail("a", now: start + .seconds(3600)) == .counted) }
        #expect(buckets.wait("a", now: start + .seconds(3600)) == .seconds(6))
    }

    @Test func oneClientsFailuresAreNotAnothers() {
        var buckets = AttemptBuckets()
        for _ in 0..<20 { _ = buckets.fail("a", now: start) }
        #expect(buckets.wait("a", now: start) != nil)
        #expect(buckets.wait("b", now: start) == nil)
        #expect(buckets.fail("b", now: start) == .counted)
    }

    @Test func aClockThatGoesBackGivesNothing() {
        var buckets = AttemptBuckets()
        for _ in 0..<10 { _ = buckets.fail("a", now: start) }
        #expect(buckets.fail("a", now: start - .seconds(60)) == .limited(retryAfter: .seconds(6), isFirst: true))
    }

    @Test func whoeverFailsKeepsABoundedPlace() {
        var buckets = AttemptBuckets(maximum: 100)
        for _ in 0..<10 { _ = buckets.fail("guesser", now: start) }
        for number in 0..<1000 {
            _ = buckets.fail("\(number)", now: start + .milliseconds(number))
            _ = buckets.fail("guesser", now: start + .milliseconds(number))
            #expect(buckets.count <= 100)
        }
        // Who goes on failing is not forgotten among many.
        #expect(buckets.wait("guesser", now: start + .seconds(1)) != nil)
        _ = buckets.fail("later", now: start + .seconds(3600))
        #expect(buckets.count == 1)
    }
}
