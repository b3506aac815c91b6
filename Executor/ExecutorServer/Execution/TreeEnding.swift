import Glibc

/// The ending of all the executor's descendants, driven from outside so that it never sleeps.
///
/// As the executor is the child subreaper, everything that the agent started stays below it, whatever sessions and
/// parents it made up. Each step walks the tree anew, because processes fork while they are being ended.
struct TreeEnding {
    private let ladder: Ladder
    private var rung = 0
    private var rungEnds: SuspendingClock.Instant
    private var signalled: Set<ProcessTable.Entry> = []

    /// Whether the last signal's grace is over with processes still there.
    private(set) var hasGivenUp = false

    init(_ ladder: Ladder, now: SuspendingClock.Instant) {
        self.ladder = ladder
        rungEnds = now + .seconds(ladder.rungs[0].grace)
    }

    /// When `step` is to be called at the latest.
    var deadline: SuspendingClock.Instant { rungEnds }

    /// Reaps, signals what has not yet had this rung's signal, and climbs when the rung's time is over.
    ///
    /// - Parameters:
    ///   - now: The time by which the ladder climbs.
    ///   - main: A child that the caller has not reaped yet and will reap itself.
    /// - Returns: Whether nothing is left.
    mutating func step(now: SuspendingClock.Instant, main: pid_t?) -> Bool {
        if now >= rungEnds { climb(now: now) }
        if ladder.rungs[rung].signal == SIGKILL { Self.freeze { ProcessTable.descendants(of: getpid()) } }
        // Bounded, so that a tree that forks faster than it is signalled cannot keep the ladder from climbing.
        for _ in 0..<20 {
            let living = Self.reapZombies(except: main)
            if living.isEmpty { return true }
            let fresh = living.filter { !signalled.contains($0) }
            if fresh.isEmpty { return false }
            for process in fresh {
                ProcessTable.signal(ladder.rungs[rung].signal, process)
                signalled.insert(process)
            }
        }
        return false
    }

    private mutating func climb(now: SuspendingClock.Instant) {
        guard rung + 1 < ladder.rungs.count else {
            hasGivenUp = true
            return
        }
        rung += 1
        rungEnds = now + .seconds(ladder.rungs[rung].grace)
        signalled = []
    }

    /// Stops processes before they are killed: each that is stopped keeps its place in the limits on processes, so that
    /// what forks without end runs out of places, and none that is killed makes room for another.
    static func freeze(_ find: () -> [ProcessTable.Entry]) {
        var stopped: Set<ProcessTable.Entry> = []
        for _ in 0..<50 {
            let fresh = find().filter { !$0.isZombie && !stopped.contains($0) }
            if fresh.isEmpty { return }
            for process in fresh {
                ProcessTable.signal(SIGSTOP, process)
                stopped.insert(process)
            }
        }
    }

    /// Reaps the ended children that came to the executor, each by its own number, and tells who is still alive.
    @discardableResult
    static func reapZombies(except main: pid_t?) -> [ProcessTable.Entry] {
        let executor = getpid()
        return ProcessTable.descendants(of: executor).filter { process in
            guard process.isZombie else { return true }
            guard process.parent == executor, process.pid != main else { return process.pid == main }
            var status: CInt = 0
            return waitpid(process.pid, &status, WNOHANG) == 0
        }
    }
}
