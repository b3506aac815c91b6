import Foundation
import Glibc
import Synchronization

/// Places in a run's course where tests make the service die, fail or wait; in release builds there are none.
///
/// `CARETAKER_FAILPOINT=<step>:<kill|error|hang|pause>[:<n>]`: what happens when the step is reached for the n-th time; a
/// pause stops the whole process until it is continued.
package struct Failpoints: Sendable {
    /// The steps of a run's course, in order.
    package enum Step: String, CaseIterable, Sendable {
        /// Before the database is opened and migrated; not a step of a run.
        case open
        /// Before and after due slots become runs; not steps of a run, but of its making.
        case slot
        case slotted
        case admitted
        case fetch
        case fetched
        case create
        case created
        case initGit = "init-git"
        case clone
        case cloned
        case running
        case executionRow = "execution-row"
        case execute
        case batch
        case stepEnded = "step-ended"
        case export
        case exported
        case stop
        case stopped
        case push
        case pushed
        case final
        case finished
    }

    /// What a failing step throws.
    package struct Reached: Error {
        package let step: Step
    }

    #if FAILPOINTS
    private enum Action: String {
        case kill
        case error
        case hang
        case pause
    }

    private final class Armed: Sendable {
        let step: Step
        let action: Action
        private let left: Mutex<Int>

        init(step: Step, action: Action, count: Int) {
            self.step = step
            self.action = action
            left = Mutex(count)
        }

        func isDue() -> Bool {
            left.withLock { left in
                left -= 1
                return left == 0
            }
        }
    }

    private let armed: Armed?

    /// The failpoint that the environment asks for, if any.
    package static func fromEnvironment() -> Failpoints {
        let parts = (ProcessInfo.processInfo.environment["CARETAKER_FAILPOINT"] ?? "").split(separator: ":")
        guard parts.count >= 2, let step = Step(rawValue: String(parts[0])),
            let action = Action(rawValue: String(parts[1]))
        else { return Failpoints(armed: nil) }
        let count = parts.count > 2 ? Int(parts[2]) ?? 1 : 1
        return Failpoints(armed: Armed(step: step, action: action, count: count))
    }

    /// Does what is asked for this step.
    package func reach(_ step: Step) async throws {
        guard let armed, armed.step == step, armed.isDue() else { return }
        switch armed.action {
        case .kill: kill(getpid(), SIGKILL)
        case .error: throw Reached(step: step)
        case .hang: try await Task.sleep(for: .seconds(86_400))
        case .pause: kill(getpid(), SIGSTOP)
        }
    }
    #else
    package static func fromEnvironment() -> Failpoints { Failpoints() }

    package func reach(_ step: Step) async throws {}
    #endif
}
