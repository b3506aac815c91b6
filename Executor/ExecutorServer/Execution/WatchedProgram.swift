import ExecutorAPI
import Glibc

/// One program from its start until nothing of it is left, watched by one thread that polls and never sleeps.
///
/// Not `Sendable`: it is made, run and dropped on one thread.
final class WatchedProgram {
    private let plan: ProgramPlan
    private let orders: Orders
    private let sink: any OutputSink
    private let clock = SuspendingClock()
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: SpoolWriter.chunkLimit, alignment: 16)

    private var outcome = ProgramOutcome()
    private var timers: Timers
    private var ending: TreeEnding?
    private var hasReason = false
    /// The program until it is reaped.
    private var main: pid_t?
    private var mainEnd: CInt = -1
    private var output: CInt = -1
    private var errors: CInt = -1

    init(_ plan: ProgramPlan, orders: Orders, sink: any OutputSink) {
        self.plan = plan
        self.orders = orders
        self.sink = sink
        timers = Timers(plan.limits, started: clock.now)
    }

    deinit {
        chunk.deallocate()
        for number in [mainEnd, output, errors] where number >= 0 { close(number) }
    }

    /// Starts the program, waits until it and all its descendants are gone, and tells how it ended.
    func run() -> ProgramOutcome {
        do {
            let started = try ProgramStart.start(plan)
            main = started.pid
            mainEnd = LinuxCalls.pidfd(of: started.pid) ?? -1
            output = started.output
            errors = started.errors
        } catch {
            return ProgramOutcome(endedBy: .notStarted, detail: "\(error)")
        }
        timers = Timers(plan.limits, started: clock.now)
        while !isOver() { waitForSomething() }
        takeRest()
        return outcome
    }

    private func waitForSomething() {
        var entries = [orders.descriptor, mainEnd, output, errors].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let ready = poll(&entries, nfds_t(entries.count), timeout)
        guard ready > 0 else { return }
        if entries[0].revents != 0 {
            orders.takeWake()
            // Orphans come to the executor, and their ends are what wakes it most.
            if ending == nil { TreeEnding.reapZombies(except: main) }
        }
        if entries[2].revents != 0 { readOutput() }
        if entries[3].revents != 0 { readErrors() }
    }

    /// In milliseconds until the next limit or signal is due.
    private var timeout: CInt {
        let due = ending.map { min($0.deadline, clock.now + .milliseconds(250)) } ?? timers.next.at
        let left = (due - clock.now) / .milliseconds(1)
        return CInt(max(0, min(left.rounded(.up), 3_600_000)))
    }

    /// Reaps, obeys, keeps the limits and ends what is left; true when the work here is done.
    private func isOver() -> Bool {
        let now = clock.now
        reapMain(now: now)
        if !hasReason { findReason(now: now) }
        guard ending != nil else { return false }
        let isGone = ending?.step(now: now, main: main) ?? true
        if isGone { return main == nil }
        if ending?.hasGivenUp == true {
            outcome.detail = "Some of its processes could not be ended."
            return true
        }
        return false
    }

    private func reapMain(now: Timers.Instant) {
        var status: CInt = 0
        guard let pid = main, waitpid(pid, &status, WNOHANG) == pid else { return }
        main = nil
        close(mainEnd)
        mainEnd = -1
        hasReason = true
        outcome.setStatus(status)
        // What it printed last is taken before its children are ended, so that nothing depends on their order.
        ending = TreeEnding(.leftovers, now: now)
    }

    private func findReason(now: Timers.Instant) {
        let due = timers.next
        if let stop = orders.stopOrder {
            switch stop {
            case .cancel: end(.cancel, nil, ladder: .cancel, now: now)
            case .shutdown: end(.interrupted, "The executor was told to stop.", ladder: .cancel, now: now)
            }
        } else if let stopped = sink.stopped {
            end(stopped.reason, stopped.detail, ladder: .limit, now: now)
        } else if now >= due.at {
            end(due.ending, nil, ladder: .limit, now: now)
        }
    }

    private func end(_ reason: ExitRecord.Ending, _ detail: String?, ladder: Ladder, now: Timers.Instant) {
        hasReason = true
        outcome.endedBy = reason
        outcome.detail = detail
        ending = TreeEnding(ladder, now: now)
    }

    private func readOutput() {
        let count = read(output, chunk.baseAddress, chunk.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return }
        guard count > 0 else {
            close(output)
            output = -1
            return
        }
        let arrival = sink.take(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count]))
        if arrival.lines > 0 { timers.noteLines(hasResult: arrival.hasResult, now: clock.now) }
    }

    private func readErrors() {
        let count = read(errors, chunk.baseAddress, chunk.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return }
        guard count > 0 else {
            close(errors)
            errors = -1
            return
        }
        outcome.errors.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count]))
    }

    /// Takes what is in the pipes still, without waiting for anyone who may hold their other ends.
    private func takeRest() {
        for number in [output, errors] where number >= 0 {
            _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        }
        // Bounded, in case somebody who escaped writes without end.
        for _ in 0..<8192 where output >= 0 && isReadable(output) { readOutput() }
        for _ in 0..<64 where errors >= 0 && isReadable(errors) { readErrors() }
    }

    private func isReadable(_ number: CInt) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
