/// How much of what a run's agents say is stored.
package struct TranscriptLimit: Hashable, Sendable {
    /// How many bytes all messages of a run may have.
    package var bytes: Int
    /// What the run's story says once where messages are missing.
    package var notice: [UInt8]

    package init(bytes: Int, notice: [UInt8]) {
        self.bytes = bytes
        self.notice = notice
    }
}

/// Decides which messages of a batch are stored.
///
/// What is not stored counts too, so that a small message that would fit again does not follow a gap.
struct TranscriptShare {
    private let limit: Int
    /// What was said in the run before.
    private let before: Int
    private(set) var bytes = 0
    private(set) var unstored = 0

    init(limit: Int, before: Int) {
        self.limit = limit
        self.before = before
    }

    /// Whether a message of so many bytes is stored.
    mutating func takes(_ size: Int) -> Bool {
        bytes += size
        let (sum, isTooMuch) = before.addingReportingOverflow(bytes)
        guard isTooMuch || sum > limit else { return true }
        unstored += 1
        return false
    }
}
