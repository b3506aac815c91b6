import Dispatch
import Foundation
import Synchronization

/// Entries on their way to the journal, sent by a thread of their own since sending may block for as long as journald likes.
///
/// What finds no room is dropped and counted, and one entry tells how many it were as soon as entries are taken again.
final class JournalQueue: Sendable {
    /// How much may wait.
    struct Bounds: Sendable {
        var entries = 4096
        var bytes = 8 << 20
    }

    struct Counts: Sendable {
        var overflowed: UInt64 = 0
        var undelivered: UInt64 = 0
        /// Of both, those of which the journal has not been told.
        var untold: UInt64 = 0
    }

    private struct State {
        var waiting: [JournalEntry] = []
        /// Of those that wait and those that are being sent.
        var entries = 0
        var bytes = 0
        var added: UInt64 = 0
        var done: UInt64 = 0
        /// Of those, the ones whose losses were told as well.
        var settled: UInt64 = 0
        var counts = Counts()
        var flushes: [(until: UInt64, continuation: AsyncStream<Void>.Continuation)] = []
        var isEnded = false
    }

    private let identifier: String
    private let bounds: Bounds
    private let send: @Sendable (JournalEntry) -> Bool
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    init(identifier: String, bounds: Bounds = Bounds(), send: @escaping @Sendable (JournalEntry) -> Bool) {
        self.identifier = identifier
        self.bounds = bounds
        self.send = send
        Thread.detachNewThread { self.work() }
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// Takes an entry, or counts that it did not; never waits for the journal.
    func add(_ entry: JournalEntry) {
        let isFirst = state.withLock { state in
            guard state.entries < bounds.entries, state.bytes + entry.bytes.count <= bounds.bytes, !state.isEnded else {
                state.counts.overflowed += 1
                state.counts.untold += 1
                return false
            }
            state.waiting.append(entry)
            state.entries += 1
            state.bytes += entry.bytes.count
            state.added += 1
            return state.waiting.count == 1
        }
        if isFirst { bell.signal() }
    }

    /// Waits until what was added before is sent; answers false when that takes longer.
    func flush(within limit: Duration) async -> Bool {
        let (sent, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            guard state.settled < state.added else { return continuation.finish() }
            state.flushes.append((state.added, continuation))
        }
        return await withTaskGroup { group in
            group.addTask {
                for await _ in sent {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Ends the thread when all is sent that waits; what comes later is dropped.
    func end() {
        state.withLock { $0.isEnded = true }
        bell.signal()
    }

    private func work() {
        while true {
            bell.wait()
            let (batch, isEnded) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isEnded)
            }
            for entry in batch { finish(entry, isSent: send(entry)) }
            tellOfLosses()
            state.withLock { state in
                state.settled = state.done
                for flush in state.flushes where flush.until <= state.settled { flush.continuation.finish() }
                state.flushes.removeAll { $0.until <= state.settled }
            }
            if isEnded, batch.isEmpty { return }
            if isEnded { bell.signal() }
        }
    }

    private func finish(_ entry: JournalEntry, isSent: Bool) {
        state.withLock { state in
            state.entries -= 1
            state.bytes -= entry.bytes.count
            state.done += 1
            guard !isSent else { return }
            state.counts.undelivered += 1
            state.counts.untold += 1
        }
    }

    private func tellOfLosses() {
        let untold = counts.untold
        guard untold > 0, send(JournalEntry(lost: untold, identifier: identifier)) else { return }
        state.withLock { $0.counts.untold -= untold }
    }
}
