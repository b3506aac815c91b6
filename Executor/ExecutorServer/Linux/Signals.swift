import Glibc
import Synchronization

/// How the server takes signals: a handler writes their numbers to a pipe, and one thread reads it.
///
/// Blocking them and waiting in `sigwait` would not do: the Swift runtime leaves the main thread in `sigsuspend` with no
/// signal blocked, and that is the thread which the kernel then prefers.
enum Signals {
    /// What the reading thread reports.
    enum Event {
        case stop
        case child
    }

    /// The pipe's end for the handler, which can be given nothing.
    private static let handlerEnd = Atomic<CInt>(-1)

    /// Takes the signals that mean something, ignores those that must not end the server, and reports for ever.
    static func watch(_ report: @escaping @Sendable (Event) -> Void) throws(SystemFailure) {
        let pipe = try Pipe.open()
        _ = fcntl(pipe.writing, F_SETFL, fcntl(pipe.writing, F_GETFL) | O_NONBLOCK)
        handlerEnd.store(pipe.writing, ordering: .releasing)
        for number in [SIGTERM, SIGINT, SIGCHLD] { handle(number) }
        for number in [SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
        try BlockingThread.start {
            while true {
                var number: UInt8 = 0
                guard read(pipe.reading, &number, 1) == 1 else { continue }
                report(CInt(number) == SIGCHLD ? .child : .stop)
            }
        }
    }

    private static func handle(_ number: CInt) {
        var action = sigaction()
        // Only what is safe in a handler: a load, a write, and errno as it was.
        action.__sigaction_handler.sa_handler = { number in
            let before = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(Signals.handlerEnd.load(ordering: .acquiring), &byte, 1)
            errno = before
        }
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }
}
