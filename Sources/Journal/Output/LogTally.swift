package import Logging
import Synchronization

/// What was logged since the start, and what of it was lost.
package struct LogCounts: Sendable, Hashable {
    package var messages: [Logger.Level: UInt64] = [:]
    /// Not taken, because too many waited.
    package var overflowed: UInt64 = 0
    /// Taken, but refused by the journal or by standard error.
    package var undelivered: UInt64 = 0
}

/// Counts log calls by level.
final class LogTally: Sendable {
    private let counts = Mutex<[Logger.Level: UInt64]>([:])

    func count(_ level: Logger.Level) {
        counts.withLock { $0[level, default: 0] += 1 }
    }

    var messages: [Logger.Level: UInt64] { counts.withLock { $0 } }
}
