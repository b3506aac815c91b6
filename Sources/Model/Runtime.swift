/// What makes instances and reaches the executor inside them.
///
/// Every call is idempotent: repeated after a crash of the service it finds done what was done. Calls have deadlines of
/// their own and throw `RuntimeError`; a cancelled call throws `CancellationError`.
package protocol Runtime: Sendable {
    var kind: RuntimeKind { get }

    /// Looks whether instances can be made now; throws `RuntimeError` `.unavailable` when the runtime itself is away.
    func check() async throws

    /// The folder of a run's files, which exists from `prepare` until `remove`.
    func folder(of run: Run.ID) -> String

    /// Makes the run's folder with what the executor must find in it.
    func prepare(_ run: Run.ID) async throws

    /// Creates and starts the instance, or finds it running, and returns when its executor answers.
    ///
    /// - Returns: What the engine calls its container; nil for an instance that is none.
    @discardableResult
    func start(_ run: Run.ID) async throws -> String?

    /// Sets the identity of the agent's commits.
    func initGit(_ run: Run.ID, username: String, email: String) async throws

    /// Clones from the bundle in the run's folder; answers the commit that was checked out.
    func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String?

    /// Runs a command in the workspace as the agent's user, once for the run; a repeated call answers the same.
    func precheck(_ run: Run.ID, _ command: [String]) async throws -> PrecheckOutcome

    /// Starts an execution, or finds it, and streams its frames from the line after `line`.
    ///
    /// A second start of one execution never starts its agent again.
    func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames

    /// Ends an execution's agent with all its descendants.
    func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws

    /// The frames of an execution as its spool has them, read without the instance.
    ///
    /// - Throws: `RuntimeError` with the refusal `notFound` when the execution was never begun: no prompt reached an
    ///   agent. The frames end with `.unreachable` where there is no exit record.
    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames

    /// Writes what the agent did into the run's folder.
    func export(_ run: Run.ID) async throws -> WorkExport

    /// How the instance is.
    func status(_ run: Run.ID) async throws -> InstanceStatus

    /// Stops the instance and removes it.
    func stop(_ run: Run.ID) async throws

    /// Removes the run's folder but for the agent's work, after the run's final row.
    func clean(_ run: Run.ID) async throws

    /// Removes the run's folder with the agent's work.
    func discard(_ run: Run.ID) async throws

    /// The runs whose folders hold more than the agent's work.
    func leftovers() async -> [Run.ID]

    /// Everything that was made for instances, of whatever installation, as far as the runtime can list it.
    ///
    /// What is missing here is not proved gone: an engine may be wrong after its restart.
    func sightings() async throws -> [InstanceSighting]

    /// Removes what was sighted, unless it turns out to be another's; answers whether it was there.
    func remove(_ sighting: InstanceSighting) async throws -> Bool

    /// What a run's instance uses; nil when there is none or the runtime does not know.
    func usage(_ run: Run.ID) async throws -> InstanceUsage?
}
