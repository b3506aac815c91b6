import ExecutorAPI
import Synchronization

/// Finds out which version of `claude` a command starts, once for each command.
final class ClaudeProbe: Sendable {
    /// How long the program has where an execution waits for its answer.
    static let patience = Duration.seconds(20)

    private struct Known {
        var versions: [[String]: ClaudeVersion] = [:]
        var last: [String]?
    }

    private let known = Mutex(Known())

    /// The version of the command that was asked last; nil before any was.
    var version: ClaudeVersion? { known.withLock { known in known.last.flatMap { known.versions[$0] } } }

    /// Asks the program; blocks, and is ended by the orders as an execution is.
    ///
    /// - Returns: Nil when the program does not say; its start will then tell what is wrong with it.
    func version(of command: [String], places: Places, orders: Orders, patience: Duration = patience) -> ClaudeVersion?
    {
        let found = known.withLock { known in
            known.last = command
            return known.versions[command]
        }
        if let found { return found }
        let plan = ProgramPlan(
            command: command + ["--version"],
            environment: places.environment(),
            user: places.agentUser,
            directory: places.home,
            input: [],
            limits: Limits(total: patience),
            mergesErrors: false
        )
        let sink = TailSink()
        let outcome = WatchedProgram(plan, orders: orders, sink: sink).run()
        guard outcome.endedBy == .agent, outcome.code == 0, let version = ClaudeVersion(parsing: sink.tail.text) else {
            return nil
        }
        known.withLock { $0.versions[command] = version }
        return version
    }
}
