import ExecutorAPI

/// When an execution's time limits are due; pure, so that it costs nothing while nobody asks.
///
/// The clock stands still while the machine sleeps, as the agent does.
struct Timers {
    typealias Instant = SuspendingClock.Instant

    private let limits: Limits
    private let started: Instant
    private var lastLine: Instant?
    private var hasResult = false

    init(_ limits: Limits, started: Instant) {
        self.limits = limits
        self.started = started
    }

    /// Notes lines, the last of which came at `now`.
    mutating func noteLines(hasResult isResult: Bool, now: Instant) {
        lastLine = now
        if isResult { hasResult = true }
    }

    /// The limit that is due first, and when.
    var next: (ending: ExitRecord.Ending, at: Instant) {
        var due = [(ExitRecord.Ending.total, started + limits.total)]
        if let lastLine {
            due.append((.idle, lastLine + limits.idle))
            if hasResult { due.append((.linger, lastLine + limits.linger)) }
        } else {
            due.append((.startup, started + limits.startup))
        }
        return due.min { $0.1 < $1.1 } ?? due[0]
    }
}
