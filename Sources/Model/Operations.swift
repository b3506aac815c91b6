/// What the HTTP face needs and rows cannot give.
package protocol Operations: Sendable {
    /// Looks whether a run may name this repository and ref.
    func check(repository: String, ref: String?) throws(InputProblem)

    /// Looks whether a task may push to this branch.
    func check(branch: String) throws(InputProblem)

    /// Looks whether the service has the agent that a task wants, and whether it allows what the task says of it and of
    /// its container.
    func check(settings: TaskSettings) throws(InputProblem)

    /// How many runs may wait in the queue.
    var queueLimit: Int { get }

    /// What a run's instance uses; nil when nobody can say it at once.
    func usage(of run: Run.ID) async -> InstanceUsage?

    /// Has the reaper look through the runtime.
    ///
    /// - Parameter isDryRun: Whether it only looks.
    /// - Returns: What it found.
    /// - Throws: `RuntimeError` when the runtime is away.
    func reap(isDryRun: Bool) async throws -> [ReaperFinding]

    /// Has the service read its configuration anew.
    ///
    /// - Returns: Which keys have changed.
    /// - Throws: `ReloadRefusal` when there is an error in it; the configuration before stays in force.
    func reload() async throws(ReloadRefusal) -> ReloadOutcome

    /// Sends a notice that tells nothing to the address of notices, once; nil when there is none.
    func tryNotice() async throws -> NoticeTrial?

    /// The path of a file that was kept of a run's work; whether it is there is the caller's to see.
    func workFile(_ file: WorkFile, of run: Run.ID) -> String
}

/// An input that cannot be accepted.
package struct InputProblem: Error, Hashable, Sendable {
    /// The input's name, such as `repository`.
    package let field: String
    /// One sentence that says what would be right.
    package let message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// What is kept of an agent's work.
package enum WorkFile: String, CaseIterable, Sendable {
    /// The commits since the clone, as a git bundle.
    case bundle
    /// What was not committed, as a binary patch.
    case patch

    package var name: String { "work.\(rawValue)" }
}
