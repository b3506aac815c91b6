import DequeModule
import GRDB
import OpsMetrics
import Synchronization

/// The one writer of the database: it takes what waits into one transaction as soon as the last commit is done.
///
/// No timer delays a lone write. Each write has a savepoint of its own, so that one which fails takes nothing with it;
/// a caller goes on after COMMIT, and its cancellation does not withdraw its write.
package final class StoreWriter: Sendable {
    /// Caps of one transaction; a write that is larger alone gets one for itself.
    static let maximumRows = 512
    private static let maximumBytes = 1 << 20

    private struct Mailbox {
        var writes: Deque<Write> = []
        var isDraining = false
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private struct Write: Sendable {
        let rows: Int
        let bytes: Int
        /// Performs the write; the answer tells the caller, once the commit's fate is known.
        let perform: @Sendable (Database, inout CommitEffects) -> Outcome
        /// Tells the caller that the write was not tried.
        let refuse: @Sendable (any Error) -> Void
    }

    private struct Outcome: Sendable {
        let error: (any Error)?
        let tellCaller: @Sendable (_ commitError: (any Error)?) -> Void
    }

    private let pool: DatabasePool
    private let feeds: RunFeeds
    private let metrics: StoreMetrics?
    private let reserve: DiskReserve?
    /// Who is told of commits, and of transactions for which there was no room.
    private struct Listener: Sendable {
        let hear: @Sendable (CommitReport) -> Void
        let hearOfNoRoom: @Sendable () -> Void
    }

    private let listener = Mutex<Listener?>(nil)
    private let mailbox = Mutex(Mailbox())

    init(pool: DatabasePool, feeds: RunFeeds, metrics: StoreMetrics?, reserve: DiskReserve?) {
        self.pool = pool
        self.feeds = feeds
        self.metrics = metrics
        self.reserve = reserve
    }

    /// Performs `body` in the next transaction and returns after its commit.
    ///
    /// - Parameters:
    ///   - rows: About how many rows are written.
    ///   - bytes: About how many bytes are written.
    ///   - body: The write; what it adds to the effects is announced after the commit.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw, or why the transaction failed.
    func write<T: Sendable>(
        rows: Int = 1,
        bytes: Int = 512,
        _ body: @escaping @Sendable (Database, inout CommitEffects) throws -> T
    ) async throws -> T {
        let began = ContinuousClock.now
        defer { metrics?.writeDuration.observe(began.duration(to: .now)) }
        return try await withCheckedThrowingContinuation { continuation in
            enqueue(
                Write(
                    rows: rows,
                    bytes: bytes,
                    perform: { db, effects in
                        var own = CommitEffects()
                        let result = Result { try Self.inSavepoint(db) { try body(db, &own) } }
                        guard case .failure(let error) = result else {
                            effects.merge(own)
                            return Outcome(error: nil) { commitError in
                                continuation.resume(with: commitError.map { .failure($0) } ?? result)
                            }
                        }
                        return Outcome(error: error) { _ in continuation.resume(throwing: error) }
                    },
                    refuse: { continuation.resume(throwing: $0) }
                )
            )
        }
    }

    /// Returns when nothing waits to be written.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isIdle = mailbox.withLock { mailbox in
                guard mailbox.isDraining else { return true }
                mailbox.idleWaiters.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    private func enqueue(_ write: Write) {
        let mustStart = mailbox.withLock { mailbox in
            mailbox.writes.append(write)
            defer { mailbox.isDraining = true }
            return !mailbox.isDraining
        }
        guard mustStart else { return }
        pool.asyncWriteWithoutTransaction { [self] db in
            while let group = nextGroup() {
                commit(group, db)
            }
        }
    }

    /// Has every commit from now on reported, in their order, each before its callers go on.
    ///
    /// Both are called on the writer's own thread: whatever takes long there delays every write.
    ///
    /// - Parameters:
    ///   - hear: Told of each commit.
    ///   - noRoom: Told of each transaction that failed because the disk is full.
    package func report(
        to hear: @escaping @Sendable (CommitReport) -> Void,
        noRoom: @escaping @Sendable () -> Void = {}
    ) {
        listener.withLock { $0 = Listener(hear: hear, hearOfNoRoom: noRoom) }
    }

    /// How many writes wait.
    package var waiting: Int { mailbox.withLock { $0.writes.count } }

    /// The writes of the next transaction; nil, and idle from then on, when none waits.
    private func nextGroup() -> [Write]? {
        let (group, waiters) = mailbox.withLock { mailbox -> ([Write], [CheckedContinuation<Void, Never>]) in
            var group: [Write] = []
            var rows = 0
            var bytes = 0
            while let write = mailbox.writes.first {
                let fits = rows + write.rows <= Self.maximumRows && bytes + write.bytes <= Self.maximumBytes
                guard group.isEmpty || fits else { break }
                rows += write.rows
                bytes += write.bytes
                group.append(write)
                mailbox.writes.removeFirst()
            }
            guard group.isEmpty else { return (group, []) }
            mailbox.isDraining = false
            defer { mailbox.idleWaiters = [] }
            return (group, mailbox.idleWaiters)
        }
        for waiter in waiters { waiter.resume() }
        return group.isEmpty ? nil : group
    }

    private func commit(_ group: [Write], _ db: Database) {
        let began = ContinuousClock.now
        var effects = CommitEffects()
        var outcomes: [Outcome] = []
        do {
            try db.beginTransaction(.immediate)
            for write in group {
                let outcome = write.perform(db, &effects)
                outcomes.append(outcome)
                // A full disk and the like end the whole transaction: what was written before in it is gone as well.
                if !db.isInsideTransaction { throw outcome.error ?? DatabaseError(resultCode: .SQLITE_ABORT) }
            }
            try db.commit()
        } catch {
            if db.isInsideTransaction { try? db.rollback() }
            guard error.isOfFullDisk else { return refuse(group, outcomes, error) }
            let isRelieved = reserve?.use() == true
            listener.withLock(\.self)?.hearOfNoRoom()
            guard isRelieved else { return refuse(group, outcomes, StoreError.noRoom) }
            feeds.ringRoom()
            // There is room for it now, unless it is of what is refused from now on.
            return commit(group, db)
        }
        let took = began.duration(to: .now)
        feeds.announce(effects)
        if let listener = listener.withLock(\.self) {
            listener.hear(CommitReport(news: effects.news, messages: effects.messages, writes: group.count, took: took))
        }
        for outcome in outcomes { outcome.tellCaller(nil) }
    }

    private func refuse(_ group: [Write], _ outcomes: [Outcome], _ error: any Error) {
        for outcome in outcomes { outcome.tellCaller(error) }
        for write in group.dropFirst(outcomes.count) { write.refuse(error) }
    }

    /// Undoes what `body` wrote when it throws, and nothing else; savepoints may nest.
    static func inSavepoint<T>(_ db: Database, _ body: () throws -> T) throws -> T {
        try db.cachedStatement(sql: "SAVEPOINT item").execute()
        do {
            let value = try body()
            try db.cachedStatement(sql: "RELEASE item").execute()
            return value
        } catch {
            if db.isInsideTransaction {
                try db.cachedStatement(sql: "ROLLBACK TO item").execute()
                try db.cachedStatement(sql: "RELEASE item").execute()
            }
            throw error
        }
    }
}
