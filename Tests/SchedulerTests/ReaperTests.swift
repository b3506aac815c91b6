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

    /// Such a jump puts the deadline of every run far behind.
    @Test(arguments: [Duration.seconds(86_400), .seconds(400 * 86_400)])
    func whatAnActiveRunHasStaysThroughAJumpOfTheClock(_ jump: Duration) async throws {
        try await World.with { world in
            let run = try await world.startRun()
            world.runtime.put("own", run: run.rawValue)
            _ = try await world.reaper.pass()
            world.clock.jump(by: jump)
            for _ in 0..<3 { try await world.expect(\.decision, [.keep(.pastDeadline)]) }
            #expect(world.runtime.ids == ["own"])
        }
    }

    @Test func aFolderThatNoRunHadGoesAtTheSecondPassAfterTheGrace() async throws {
        try await World.with(grace: .zero) { world in
            let ended = try await world.startRun()
            try await world.store.finishRun(ended, RunEnding(state: .succeeded(nil), detail: nil))
            let active = try await world.startRun()
            let stray = Run.ID(rawValue: "nobody")
            world.runtime.leaveFolders(of: [ended, active, stray])
            let first = try await world.reaper.pass()
            #expect(first.map(\.sighting.kind) == [.folder])
            #expect(first.map(\.sighting.run) == [stray])
            #expect(first.map(\.decision) == [.keep(.firstSighting)])
            #expect(world.runtime.cleaned == [])
            try await world.expect(\.isRemoved, [true])
            #expect(world.runtime.cleaned == [stray])
        }
    }

    @Test func aFolderThatNoRunHadStaysForTheGrace() async throws {
        try await World.with { world in
            world.runtime.leaveFolders(of: [Run.ID(rawValue: "nobody")])
            for _ in 0..<3 { try await world.expect(\.decision, [.keep(.firstSighting)]) }
            #expect(world.runtime.cleaned == [])
        }
    }

    @Test(.timeLimit(.minutes(1))) func leftoversOfRunsThatEndedAreClearedAfterEachHealthyPass() async throws {
        try await World.with { world in
            world.runtime.setAway(true)
            await #expect(throws: RuntimeError.self) { try await world.reaper.pass() }
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await world.reaper.run() }
                var passes = world.runtime.attempts.makeAsyncIterator()
                for _ in 0..<3 { _ = await passes.next() }
                #expect(world.runtime.rings == 0)
                world.runtime.setAway(false)
                while world.runtime.rings < 2, await passes.next() != nil {}
                group.cancelAll()
            }
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

    static func with(grace: Duration = .seconds(300), _ body: (World) async throws -> Void) async throws {
        let folder = "/tmp/ct-reaper-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try World(folder, grace)
        try await body(world)
        try await world.store.close()
    }

    private init(_ folder: String, _ grace: Duration) throws {
        store = try Store(folder: folder, clock: clock)
        reaper = Reaper(
            store: store,
            runtime: runtime,
            settings: Setting(Reaper.Settings(grace: grace, period: .zero)),
            deadline: { _ in .seconds(3600) },
            clearLeftovers: { [runtime] in runtime.ring() },
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

    func jump(by duration: Duration) {
        moved.withLock { $0 += duration }
    }
}
