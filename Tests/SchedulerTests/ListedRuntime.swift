import Model
import Synchronization

/// A runtime that can only list and remove.
final class ListedRuntime: Runtime {
    private struct State {
        var things: [InstanceSighting] = []
        var isAway = false
        var isStuck = false
        var atListing: (@Sendable () async -> Void)?
        var folders: [Run.ID] = []
        var cleaned: [Run.ID] = []
        var discarded: [Run.ID] = []
        var rings = 0
    }

    private let state = Mutex(State())
    /// A pass for each element.
    let attempts: AsyncStream<Void>
    private let attempt: AsyncStream<Void>.Continuation

    init() {
        (attempts, attempt) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(8))
    }

    var kind: RuntimeKind { .docker }
    var ids: [String] { state.withLock { $0.things.map(\.id) } }
    var cleaned: [Run.ID] { state.withLock { $0.cleaned } }
    var discarded: [Run.ID] { state.withLock { $0.discarded } }
    /// How often leftovers were cleared.
    var rings: Int { state.withLock { $0.rings } }

    func put(_ id: String, run: String, isOurs: Bool = true, age: Duration = .seconds(3600)) {
        let thing = InstanceSighting(
            kind: .container,
            id: id,
            isOurs: isOurs,
            run: Run.ID(rawValue: run),
            createdAt: SystemWallClock().now + (.zero - age),
            state: "running",
            image: nil
        )
        state.withLock { $0.things.append(thing) }
    }

    func leaveFolders(of runs: [Run.ID]) { state.withLock { $0.folders = runs } }
    func ring() { state.withLock { $0.rings += 1 } }
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func setStuck(_ isStuck: Bool) { state.withLock { $0.isStuck = isStuck } }
    func atListing(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.atListing = body } }

    func check() async throws {
        attempt.yield()
        if state.withLock({ $0.isAway }) { throw RuntimeError(.unavailable, "It is away.") }
    }

    func sightings() async throws -> [InstanceSighting] {
        await state.withLock { $0.atListing }?()
        return state.withLock { $0.things }
    }

    func remove(_ sighting: InstanceSighting) async throws -> Bool {
        if state.withLock({ $0.isStuck }) { throw RuntimeError(.unavailable, "It is stuck.") }
        return state.withLock { state in
            let before = state.things.count
            state.things.removeAll { $0.id == sighting.id }
            return state.things.count < before
        }
    }

    func usage(_ run: Run.ID) async throws -> InstanceUsage? { nil }
    func folder(of run: Run.ID) -> String { "/nonexistent" }
    func leftovers() async -> [Run.ID] { state.withLock { $0.folders } }
    func status(_ run: Run.ID) async throws -> InstanceStatus { .gone }
    func prepare(_ run: Run.ID) async throws { throw Self.unasked }
    func start(_ run: Run.ID) async throws -> String? { throw Self.unasked }
    func initGit(_ run: Run.ID, username: String, email: String) async throws { throw Self.unasked }
    func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? { throw Self.unasked }
    func precheck(_ run: Run.ID, _ command: [String]) async throws -> PrecheckOutcome { throw Self.unasked }
    func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        throw Self.unasked
    }
    func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws { throw Self.unasked }
    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames {
        throw Self.unasked
    }
    func export(_ run: Run.ID) async throws -> WorkExport { throw Self.unasked }
    func stop(_ run: Run.ID) async throws {}
    func clean(_ run: Run.ID) async throws {
        state.withLock { state in
            state.folders.removeAll { $0 == run }
            state.cleaned.append(run)
        }
    }

    func discard(_ run: Run.ID) async throws {
        if state.withLock({ $0.isStuck }) { throw RuntimeError(.unavailable, "It is stuck.") }
        state.withLock { $0.discarded.append(run) }
    }

    private static let unasked = RuntimeError(.refused, "Nobody may ask this of it.")
}
