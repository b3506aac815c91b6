/// How many wrong tokens each client may show: ten at once, and one more every six seconds.
///
/// A client without a bucket has a full one, so that only those who failed lately take memory.
struct AttemptBuckets {
    /// What became of a failure.
    enum Verdict: Hashable {
        case counted
        /// There was no room for it.
        case limited(retryAfter: Duration, isFirst: Bool)
    }

    private struct Bucket {
        /// How many failures there is room for.
        var room: Double
        var at: ContinuousClock.Instant
        /// Whether it was said that there is none.
        var isTold = false
    }

    static let size = 10.0
    static let refill = Duration.seconds(6)

    private let maximum: Int
    private var buckets: [String: Bucket] = [:]

    /// - Parameter maximum: How many clients are remembered.
    init(maximum: Int = 4096) {
        self.maximum = maximum
    }

    var count: Int { buckets.count }

    /// How long a client must wait before it may fail again; nil when it need not.
    func wait(_ client: String, now: ContinuousClock.Instant) -> Duration? {
        guard let bucket = buckets[client] else { return nil }
        let room = Self.room(of: bucket, now)
        return room < 1 ? Self.refill * (1 - room) : nil
    }

    /// Counts a failure.
    mutating func fail(_ client: String, now: ContinuousClock.Instant) -> Verdict {
        if buckets[client] == nil { makeRoom(now) }
        var bucket = buckets[client] ?? Bucket(room: Self.size, at: now)
        bucket.room = Self.room(of: bucket, now)
        bucket.at = now
        defer { buckets[client] = bucket }
        guard bucket.room < 1 else {
            bucket.room -= 1
            bucket.isTold = false
            return .counted
        }
        defer { bucket.isTold = true }
        return .limited(retryAfter: Self.refill * (1 - bucket.room), isFirst: !bucket.isTold)
    }

    private static func room(of bucket: Bucket, _ now: ContinuousClock.Instant) -> Double {
        let passed = max(.zero, bucket.at.duration(to: now))
        return min(size, bucket.room + passed / refill)
    }

    /// Forgets those whose buckets are full again, else who failed longest ago.
    private mutating func makeRoom(_ now: ContinuousClock.Instant) {
        guard buckets.count >= maximum else { return }
        buckets = buckets.filter { Self.room(of: $0.value, now) < Self.size }
        guard buckets.count >= maximum, let oldest = buckets.min(by: { $0.value.at < $1.value.at }) else { return }
        buckets[oldest.key] = nil
    }
}
