import Dispatch
import Foundation
import Synchronization

/// Entries on their way out, written by a thread of their own since whoever takes them may keep it waiting for ever.
///
/// What finds no room is dropped and counted, and one entry tells how many it were as soon as entries are taken again.
final class LogQueue: Sendable {
    /// How much may wait.
    struct Bounds: Sendable {
        var entries = 4096
        var bytes = 8 << 20
    }

    struct Counts: Sendable {
        var overflowed: UInt64 = 0
        var undelivered: UInt64 = 0
        /// Of both, those that no entry has told of.
        var untold: UInt64 = 0
    }

    private struct State {
        var waiting: [LogEntry] = []
        /// Of those that wait and those that are being sent.
        var entries = 0
        var bytes = 0
        var added: UInt64 = 0
        var done: UInt64 = 0
        /// Of those, the ones whose losses were told as well.
        var settled: UInt64 = 0
        var counts = Counts()
        var flushes: [(until: UInt64, finish: @Sendable () -> Void)] = []
        var isEnded = false
    }

    private let bounds: Bounds
    private let loss: @Sendable (UInt64) -> LogEntry
    private let send: @Sendable (LogEntry) -> Bool
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - bounds: How much may wait.
    ///   - loss: Makes the entry that tells how many are missing.
    ///   - send: Writes an entry and waits as long as that takes; answers whether it was taken.
    init(
        bounds: Bounds = Bounds(),
        loss: @escaping @Sendable (UInt64) -> LogEntry,
        send: @escaping @Sendable (LogEntry) -> Bool
    ) {
        self.bounds = bounds
        self.loss = loss
        self.send = send
        Thread.detachNewThread { self.work() }
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// Takes an entry, or counts that it did not; never waits for who reads.
    func add(_ entry: LogEntry) {
        let isFirst = state.withLock { state in
            guard state.entries < bounds.entries, state.bytes + entry.size <= bounds.bytes, !state.isEnded else {
                state.counts.overflowed += 1
                state.counts.untold += 1
                return false
            }
            state.waiting.append(entry)
            state.entries += 1
            state.bytes += entry.size
            state.added += 1
            return state.waiting.count == 1
        }
        if isFirst { bell.signal() }
    }

    /// Waits until what was added before is sent; answers false when that takes longer.
    func flush(within limit: Duration) async -> Bool {
        let (sent, continuation) = AsyncStream.makeStream(of: Void.self)
        whenSettled { continuation.finish() }
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

    /// The same for those who cannot await: the thread of the caller stands still meanwhile.
    func flushNow(within limit: Duration) {
        let sent = DispatchSemaphore(value: 0)
        whenSettled { sent.signal() }
        _ = sent.wait(timeout: .now() + limit / .seconds(1))
    }

    private func whenSettled(_ finish: @escaping @Sendable () -> Void) {
        let isSettled = state.withLock { state in
            guard state.settled < state.added else { return true }
            state.flushes.append((state.added, finish))
            return false
        }
        if isSettled { finish() }
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
            let settled = state.withLock { state in
                state.settled = state.done
                defer { state.flushes.removeAll { $0.until <= state.settled } }
                return state.flushes.filter { $0.until <= state.settled }
            }
            for flush in settled { flush.finish() }
            if isEnded, batch.isEmpty { return }
            if isEnded { bell.signal() }
        }
    }

    private func finish(_ entry: LogEntry, isSent: Bool) {
        state.withLock { state in
            state.entries -= 1
            state.bytes -= entry.size
            state.done += 1
            guard !isSent else { return }
            state.counts.undelivered += 1
            state.counts.untold += 1
        }
    }

    private func tellOfLosses() {
        let untold = counts.untold
        guard untold > 0, send(loss(untold)) else { return }
        state.withLock { $0.counts.untold -= untold }
    }
}
