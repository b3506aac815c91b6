import ExecutorAPI

/// An execution's limits with the defaults in place of what was not given.
struct Limits: Sendable {
    let startup: Duration
    let idle: Duration
    let total: Duration
    let linger: Duration
    let outputBytes: Int

    init(_ asked: ExecutionLimits?) {
        startup = .seconds(asked?.startup ?? 120)
        idle = .seconds(asked?.idle ?? 900)
        total = .seconds(asked?.total ?? 7200)
        linger = .seconds(asked?.linger ?? 30)
        outputBytes = asked?.outputBytes ?? 1 << 30
    }

    /// The limits of a command that has only a time limit.
    init(total: Duration) {
        startup = total
        idle = total
        self.total = total
        linger = total
        outputBytes = .max
    }

    /// The first limit that is no positive, finite number.
    static func invalidField(of asked: ExecutionLimits) -> String? {
        let times = [
            ("startup", asked.startup), ("idle", asked.idle), ("total", asked.total), ("linger", asked.linger),
        ]
        for (name, value) in times {
            if let value, !(value > 0 && value <= 1e9) { return "limits.\(name)" }
        }
        if let bytes = asked.outputBytes, bytes <= 0 { return "limits.outputBytes" }
        return nil
    }
}
