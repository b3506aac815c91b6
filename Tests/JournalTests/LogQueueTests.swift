import Dispatch
import Synchronization
import Testing

@testable import Journal

@Suite(.timeLimit(.minutes(1)))
struct LogQueueTests {
    /// A journal that takes entries only when it is let.
    final class SlowJournal: Sendable {
        let taken = Mutex<[[String]]>([])
        let began = DispatchSemaphore(value: 0)
        let room = DispatchSemaphore(value: 0)
        let isBroken = Mutex(false)

        func send(_ entry: LogEntry) -> Bool {
            began.signal()
            room.wait()
            guard case .fields(let entry) = entry, !isBroken.withLock({ $0 }) else { return false }
            taken.withLock { $0.append(JournalEntryTests.texts(of: entry)) }
            return true
        }

        func queue(_ bounds: LogQueue.Bounds = LogQueue.Bounds()) -> LogQueue {
            LogQueue(bounds: bounds, loss: Self.loss, send: send)
        }

        @Sendable
        private static func loss(of count: UInt64) -> LogEntry {
            LogEntry(LogRecord(lost: count), style: .journal, identifier: "x")
        }

        var messages: [String] { taken.withLock { $0.map { String($0[0].dropFirst(8)) } } }
    }

    @Test func whatFindsNoRoomIsCountedAndToldInOneEntry() async {
        let journal = SlowJournal()
        let queue = journal.queue(.init(entries: 3))
        defer { queue.end() }
        for number in 0..<10 { queue.add(Self.entry("\(number)")) }
        #expect(queue.counts.overflowed == 7)
        #expect(await queue.flush(within: .milliseconds(1)) == false)
        for _ in 0..<5 { journal.room.signal() }
        #expect(await queue.flush(within: .seconds(30)))
        queue.add(Self.entry("later"))
        journal.room.signal()
        #expect(await queue.flush(within: .seconds(30)))
        #expect(journal.messages.filter { $0.count < 6 } == ["0", "1", "2", "later"])
        let told = journal.taken.withLock { $0.filter { $0.contains("ENTRIES_LOST=7") } }
        #expect(told.count == 1)
        #expect(told.first?.contains("MESSAGE_ID=\(JournalEvent.entriesLost.id)") == true)
    }

    @Test func theBytesThatWaitAreBounded() {
        let journal = SlowJournal()
        let entry = Self.entry("x")
        let bounds = LogQueue.Bounds(entries: 100, bytes: entry.size * 2)
        let queue = journal.queue(bounds)
        for _ in 0..<3 { queue.add(entry) }
        #expect(queue.counts.overflowed == 1)
        for _ in 0..<4 { journal.room.signal() }
        queue.end()
    }

    @Test func whatTheJournalRefusesIsToldWhenItTakesEntriesAgain() async {
        let journal = SlowJournal()
        let queue = journal.queue()
        defer { queue.end() }
        journal.isBroken.withLock { $0 = true }
        queue.add(Self.entry("refused"))
        for _ in 0..<2 { journal.room.signal() }
        #expect(await queue.flush(within: .seconds(30)))
        #expect(queue.counts.undelivered == 1)
        journal.isBroken.withLock { $0 = false }
        queue.add(Self.entry("taken"))
        for _ in 0..<2 { journal.room.signal() }
        #expect(await queue.flush(within: .seconds(30)))
        #expect(journal.messages.first == "taken")
        #expect(journal.taken.withLock { $0.last?.contains("ENTRIES_LOST=1") } == true)
    }

    @Test func whoCannotAwaitWaitsNoLongerThanItWould() async {
        let journal = SlowJournal()
        let queue = journal.queue()
        defer { queue.end() }
        queue.add(Self.entry("first"))
        queue.flushNow(within: .milliseconds(10))
        #expect(journal.messages.isEmpty)
        journal.room.signal()
        queue.flushNow(within: .seconds(30))
        #expect(journal.messages == ["first"])
    }

    private static func entry(_ message: String) -> LogEntry {
        .fields(JournalEntryTests.entry([:], message))
    }
}
