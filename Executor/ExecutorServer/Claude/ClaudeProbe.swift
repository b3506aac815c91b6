import ExecutorAPI
import Synchronization

/// Finds out which version of `claude` a command starts, once for each command.
final class ClaudeProbe: Sendable {
    private static let patience = Duration.seconds(20)

    private let known = Mutex<[[String]: ClaudeVersion]>([:])

    /// The version found last.
    var version: ClaudeVersion? { known.withLock { $0.values.first } }

    /// Asks the program; blocks, and is ended by the orders as an execution is.
    ///
    /// - Returns: Nil when the program does not say; its start will then tell what is wrong with it.
    func version(of command: [String], places: Places, orders: Orders) -> ClaudeVersion? {
        if let version = known.withLock({ $0[command] }) { return version }
        let plan = ProgramPlan(
            command: command + ["--version"],
            environment: places.environment(),
            directory: places.home,
            input: [],
            limits: Limits(total: Self.patience),
            mergesErrors: false
        )
        let sink = TailSink()
        let outcome = WatchedProgram(plan, orders: orders, sink: sink).run()
        guard outcome.endedBy == .agent, outcome.code == 0, let version = ClaudeVersion(parsing: sink.tail.text) else {
            return nil
        }
        known.withLock { $0[command] = version }
        return version
    }
}
