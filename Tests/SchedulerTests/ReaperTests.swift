import Foundation
import Logging
import Model
import Store
import Synchronization
import Testing

@testable import Scheduler

/// The reaper on a real database and a runtime that is only a list.
struct ReaperTests {
    @Test func anOrphanGoesAtTheSecondPassAndNotBefore() async throws {
        try await World.with { world in
            world.runtime.put("orphan", run: "nobody")
            let first = try await world.reaper.pass()
            #expect(first.map(\.decision) == [.keep(.firstSighting)])
            let second = try await world.reaper.pass()
            #expect(second.map(\.isRemoved) == [true])
            #expect(world.runtime.ids == [])
        }
    }

    @Test func aDryRunRemovesNothingAndCountsForNothing() async throws {
        try await World.with { world in
            world.runtime.put("orphan", run: "nobody")
            for _ in 0..<3 { _ = try await world.reaper.pass(isDryRun: true) }
            try await world.expect(\.decision, [.keep(.firstSighting)])
            #expect(world.runtime.ids == ["orphan"])
        }
    }

    @Test func whatAnActiveRunHasStays() async throws {
        try await World.with { world in
            let run = try await world.startRun()
            world.runtime.put("own", run: run.rawValue)
            for _ in 0..<3 { _ = try await world.reaper.pass() }
            #expect(world.runtime.ids == ["own"])
            try await world.store.finishRun(run, RunEnding(state: .succeeded(nil), detail: nil))
            for _ in 0..<2 { _ = try await world.reaper.pass() }
            #expect(world.runtime.ids == [])
        }
    }

    @Test func anotherInstallationsStays() async throws {
        try await World.with { world in
            world.runtime.put("foreign", run: "nobody", isOurs: false)
            for _ in 0..<5 { _ = try await world.reaper.pass() }
            #expect(world.runtime.ids == ["foreign"])
        }
    }

    @Test func aRunThatIsAdmittedBetweenListingAndRemovalKeepsWhatItHas() async throws {
        try await World.with { world in
            let run = try await world.queueRun()
            world.runtime.put("own", run: run.rawValue)
            _ = try await world.reaper.pass()
            world.runtime.atListing { _ = try? await world.admit() }
            try await world.expect(\.isRemoved, [false])
            #expect(world.runtime.ids == ["own"])
        }
    }

    @Test func nothingIsRemovedWhileTheRuntimeIsAway() async throws {
        try await World.with { world in
            world.runtime.put("orphan", run: "nobody")
            _ = try await world.reaper.pass()
            world.runtime.setAway(true)
            await #expect(throws: RuntimeError.self) { try await world.reaper.pass() }
            world.runtime.setAway(false)
            #expect(world.runtime.ids == ["orphan"])
        }
    }

    @Test(arguments: [Duration.seconds(-86_400), .seconds(86_400)])
    func aPassAfterAJumpOfTheClockRemovesNothing(_ jump: Duration) async throws {
        try await World.with { world in
            world.runtime.put("orphan", run: "nobody", age: .seconds(400_000))
            _ = try await world.reaper.pass()
            world.clock.jump(by: jump)
            try await world.expect(\.isRemoved, [false])
            try await world.expect(\.isRemoved, [true])
        }
    }

    @Test func aRemovalThatFailsIsTriedAgainAtTheNextPass() async throws {
        try await World.with { world in
            world.runtime.put("orphan", run: "nobody")
            _ = try await world.reaper.pass()
            world.runtime.setStuck(true)
            try await world.expect(\.isRemoved, [false])
            world.runtime.setStuck(false)
            try await world.expect(\.isRemoved, [true])
        }
    }
}

/// A database, a runtime and a reaper without patience.
private struct World {
    let clock = JumpingClock()
    let store: Store
    let runtime = ListedRuntime()
    let reaper: Reaper

    static func with(_ body: (World) async throws -> Void) async throws {
        let folder = "/tmp/ct-reaper-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try World(folder)
        try await body(world)
        try await world.store.close()
    }

    private init(_ folder: String) throws {
        store = try Store(folder: folder, clock: clock)
        reaper = Reaper(
            store: store,
            runtime: runtime,
            settings: Reaper.Settings(grace: .seconds(300), period: .zero),
            deadline: { _ in .seconds(3600) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Has the reaper look and compares what it came to.
    func expect<Value: Equatable>(_ value: (ReaperFinding) -> Value, _ wanted: [Value]) async throws {
        let found = try await reaper.pass()
        #expect(found.map(value) == wanted)
    }

    func queueRun() async throws -> Run.ID {
        let steps = [Step(instructions: "Do.", checks: "")]
        let task = try await store.createTask(TaskContent(name: "T", steps: steps, settings: TaskSettings()))
        return try await store.createRun(
            NewRun(task: task.id.rawValue, repository: "https://example.org/r", ref: nil, priority: nil)
        ).id
    }

    func admit() async throws -> [Run] {
        try await store.admitRuns(caps: Admission.Caps(global: 10), runtime: .docker)
    }

    func startRun() async throws -> Run.ID {
        let run = try await queueRun()
        _ = try await admit()
        return run
    }
}

/// The real time, and what it was moved by.
private final class JumpingClock: WallClock {
    private let moved = Mutex(Duration.zero)

    var now: Timestamp { SystemWallClock().now + moved.withLock { $0 } }

    func sleep(until instant: Timestamp) async throws {}

    func jump(by duration: Duration) {
        moved.withLock { $0 += duration }
    }
}

/// A runtime that can only list and remove.
private final class ListedRuntime: Runtime {
    private struct State {
        var things: [InstanceSighting] = []
        var isAway = false
        var isStuck = false
        var atListing: (@Sendable () async -> Void)?
    }

    private let state = Mutex(State())

    var kind: RuntimeKind { .docker }
    var ids: [String] { state.withLock { $0.things.map(\.id) } }

    func put(_ id: String, run: String, isOurs: Bool = true, age: Duration = .seconds(3600)) {
        let thing = InstanceSighting(
            kind: .container,
            id: id,
            isOurs: isOurs,
            run: Run.ID(rawValue: run),
            createdAt: SystemWallClock().now + (.zero - age),
            deadline: nil,
            state: "running",
            image: nil
        )
        state.withLock { $0.things.append(thing) }
    }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func setStuck(_ isStuck: Bool) { state.withLock { $0.isStuck = isStuck } }
    func atListing(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.atListing = body } }

    func check() async throws {
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
    func leftovers() async -> [Run.ID] { [] }
    func status(_ run: Run.ID) async throws -> InstanceStatus { .gone }
    func prepare(_ run: Run.ID) async throws { throw Self.unasked }
    func start(_ run: Run.ID) async throws { throw Self.unasked }
    func initGit(_ run: Run.ID, username: String, email: String) async throws { throw Self.unasked }
    func clone(_ run: Run.ID, _ request: CloneRequest) async throws -> String? { throw Self.unasked }
    func execute(_ run: Run.ID, _ request: ExecutionRequest, after line: Int) async throws -> AgentFrames {
        throw Self.unasked
    }
    func cancel(_ run: Run.ID, _ execution: Execution.ID) async throws { throw Self.unasked }
    func spool(_ run: Run.ID, _ execution: Execution.ID, after line: Int) async throws -> AgentFrames {
        throw Self.unasked
    }
    func export(_ run: Run.ID) async throws -> WorkExport { throw Self.unasked }
    func stop(_ run: Run.ID) async throws { throw Self.unasked }
    func clean(_ run: Run.ID) async throws { throw Self.unasked }

    private static let unasked = RuntimeError(.refused, "Nobody may ask this of it.")
}
