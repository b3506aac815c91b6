import CCurl
import Glibc
import Synchronization

/// What other threads ask of the loop, and the descriptor that wakes it.
final class Mailbox: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
    }

    private struct State {
        var commands: [Command] = []
        var isStopping = false
        var isClosed = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// An eventfd: readable while the loop has mail.
    let wakeUp: Int32
    /// How often the loop has gone round; an idle client's stays still.
    let passes = Atomic<Int>(0)
    private let state = Mutex(State())

    init() throws {
        wakeUp = ccurl_eventfd()
        guard wakeUp >= 0 else { throw CurlError(code: .other, message: "no eventfd, errno \(errno)") }
    }

    /// Hands the loop a command; `false` when it takes no more.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            if state.commands.isEmpty { ring() }
            state.commands.append(command)
            return true
        }
    }

    /// Asks the loop to end all transfers and its thread.
    func stop() {
        state.withLock { state in
            guard !state.isStopping else { return }
            state.isStopping = true
            ring()
        }
    }

    /// Returns when the loop's thread has let go of everything.
    func closed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiters.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// For the loop: all commands since the last call, and whether it must stop after them.
    func take() -> (commands: [Command], isStopping: Bool) {
        state.withLock { state in
            var count: UInt64 = 0
            _ = read(wakeUp, &count, MemoryLayout.size(ofValue: count))
            defer { state.commands = [] }
            return (state.commands, state.isStopping)
        }
    }

    /// For the loop: its last word, after which the descriptor is gone.
    func close() {
        let waiters = state.withLock { state in
            // Nobody rings any more: `stop` and `post` look at this first.
            state.isStopping = true
            Glibc.close(wakeUp)
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout.size(ofValue: one))
    }
}
