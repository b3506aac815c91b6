import Glibc

/// How the server takes signals: none interrupts it, one thread waits for those that mean something.
enum Signals {
    /// What the waiting thread reports.
    enum Event {
        case stop
        case child
    }

    /// Blocks the signals that `watch` waits for, and ignores those that must not end the server.
    static func block() {
        var signals = watched()
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for signals for ever, on a thread of its own.
    static func watch(_ report: @escaping @Sendable (Event) -> Void) throws(SystemFailure) {
        try BlockingThread.start {
            var signals = watched()
            while true {
                var number: CInt = 0
                guard sigwait(&signals, &number) == 0 else { continue }
                report(number == SIGCHLD ? .child : .stop)
            }
        }
    }

    private static func watched() -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGCHLD] { sigaddset(&signals, number) }
        return signals
    }
}
