import GRDB
import Model
import OpsMetrics
import Synchronization
import Testing

@testable import Store

/// What is counted of reads, writes and those who follow runs.
@Suite(.timeLimit(.minutes(2))) struct StoreMetricsTests {
    private let metrics = StoreMetrics(MetricsRegistry())
    private let streams = StreamMetrics(MetricsRegistry())

    @Test func readsAndWritesAreObserved() async throws {
        let scratch = try Scratch(metrics: metrics, streamMetrics: streams)
        let store = scratch.store
        let (reads, writes) = (metrics.readDuration.count, metrics.writeDuration.count)
        try await store.check()
        _ = try await store.tasks()
        await #expect(throws: StoreError.self) { _ = try await store.schedule("none").orThrow("none") }
        #expect(metrics.readDuration.count == reads + 3)
        #expect(metrics.writeDuration.count == writes + 1)
        #expect(metrics.busy.value == 0)
        try await store.close()
    }

    @Test func aLockOfAnotherProcessIsWaitedForAndCounted() async throws {
        let scratch = try Scratch(metrics: metrics, streamMetrics: streams)
        let store = scratch.store
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let path = "\(scratch.folder)/caretaker.sqlite"
        let other = try DatabaseQueue(path: path, configuration: configuration)
        let (unlocked, unlock) = AsyncStream.makeStream(of: Never.self)
        let (locked, lock) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
                lock.yield()
                for await _ in unlocked {}
                try await other.writeWithoutTransaction { try $0.rollback() }
            }
            for await _ in locked { break }
            group.addTask { try await store.check() }
            while metrics.busy.value == 0 { await Task.yield() }
            unlock.finish()
        }
        #expect(metrics.busy.value == 1)
        try other.close()
        try await store.close()
    }

    @Test func aReaderThatFallsBehindIsCountedWithThePartialTextsThatItMissed() async throws {
        let scratch = try Scratch(metrics: metrics, streamMetrics: streams)
        let store = scratch.store
        let (run, start) = try await scratch.makeRunningRun()
        let tail = store.feeds.join(run.id)
        let (resumed, resume) = AsyncStream.makeStream(of: Never.self)
        let (paused, pause) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                var last = 0
                for try await frames in store.messages(of: run.id, after: 0) {
                    last = frames.compactMap(\.seq).last ?? last
                    guard last == 1 else { continue }
                    pause.yield()
                    for await _ in resumed {}
                }
                let end = last
                #expect(end == 2001)
            }
            // It waits at the tail, so that this comes from there.
            while tail.state.withLock({ $0.waiters.isEmpty }) { await Task.yield() }
            var execution = try await store.append([line(1)], to: start)
            for await _ in paused { break }
            #expect(streams.storeReads.value == 0)
            for number in 2...2001 {
                execution = try await store.append([.partial([0x30]), line(number)], to: execution)
            }
            try await scratch.finish(run)
            resume.finish()
        }
        #expect(streams.storeReads.value == 1)
        #expect(streams.eventsDropped.value == 2000)
    }
}
