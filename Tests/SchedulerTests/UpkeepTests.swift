import Foundation
import Logging
import Model
import Repositories
import ServiceLifecycle
import Store
import TestSupport
import Testing

@testable import Scheduler

/// The upkeep on a real database.
@Suite(.timeLimit(.minutes(2)))
struct UpkeepTests {
    private static let day = Duration.seconds(86_400)

    @Test func aPassRemovesWhatIsTooOldWithItsFolders() async throws {
        try await Scene.with(RetentionPolicy(runs: Self.day * 2, messages: Self.day)) { scene in
            let old = try await scene.endedRun()
            scene.clock.advance(by: Self.day)
            let younger = try await scene.endedRun()
            scene.clock.advance(by: Self.day + .seconds(1))
            try await scene.upkeep.pass()
            #expect(try await scene.store.runs(Store.RunFilter()).map(\.id) == [younger])
            #expect(try await scene.store.run(younger).isTranscriptExpired)
            #expect(scene.runtime.discarded == [old])
            #expect(try await scene.store.expiredFolders(limit: 9).isEmpty)
            #expect(scene.log.lines(of: "upkeep_done").count == 1)
            try await scene.upkeep.pass()
            #expect(scene.log.lines(of: "upkeep_done").count == 1, "nothing was left to do")
        }
    }

    @Test func whatHasJustEndedStaysHoweverShortTheAge() async throws {
        try await Scene.with(RetentionPolicy(runs: .seconds(1), runsPerTask: 1)) { scene in
            let runs = [try await scene.endedRun(), try await scene.endedRun()]
            scene.clock.advance(by: .seconds(1800))
            try await scene.upkeep.pass()
            #expect(try await scene.store.runs(Store.RunFilter()).count == runs.count)
            scene.clock.advance(by: .seconds(1801))
            try await scene.upkeep.pass()
            #expect(try await scene.store.runs(Store.RunFilter()).isEmpty)
        }
    }

    @Test func withoutAnAgeEverythingStays() async throws {
        try await Scene.with(RetentionPolicy()) { scene in
            let run = try await scene.endedRun()
            scene.clock.advance(by: Self.day * 4000)
            try await scene.upkeep.pass()
            #expect(try await !scene.store.run(run).isTranscriptExpired)
        }
    }

    @Test func aFolderThatCannotBeRemovedIsTriedWithTheNextPass() async throws {
        try await Scene.with(RetentionPolicy(runs: Self.day)) { scene in
            let run = try await scene.endedRun()
            scene.clock.advance(by: Self.day * 2)
            scene.runtime.setStuck(true)
            try await scene.upkeep.pass()
            #expect(try await scene.store.runs(Store.RunFilter()).isEmpty)
            #expect(try await scene.store.expiredFolders(limit: 9).map(\.run) == [run])
            scene.runtime.setStuck(false)
            try await scene.upkeep.pass()
            #expect(scene.runtime.discarded == [run])
            #expect(try await scene.store.expiredFolders(limit: 9).isEmpty)
        }
    }

    @Test func itSleepsUntilTheNextThingExpiresAndWakesWhenAsked() async throws {
        try await Scene.with(RetentionPolicy(runs: .seconds(5 * 3600))) { scene in
            let start = scene.clock.now
            let run = try await scene.endedRun()
            try await scene.whileRunning {
                #expect(await scene.clock.nextSleeper() == start + .seconds(300))
                scene.clock.set(start + .seconds(300))
                let next = try #require(try await scene.store.run(run).finishedAt) + .seconds(5 * 3600)
                while await scene.clock.nextSleeper() != next { await Task.yield() }
                // A policy that keeps for ever needs no look before the next day.
                scene.policy.set(RetentionPolicy())
                scene.upkeep.wake()
                while await scene.clock.nextSleeper() != start + .seconds(300) + Self.day { await Task.yield() }
            }
        }
    }

    @Test func aClockThatJumpedIsBelievedAtTheNextLookOnly() async throws {
        try await Scene.with(RetentionPolicy(runs: Self.day)) { scene in
            let run = try await scene.endedRun()
            let start = scene.clock.now
            try await scene.whileRunning {
                _ = await scene.clock.nextSleeper()
                let wrong = start + Self.day * 3000
                scene.clock.set(wrong)
                while await scene.clock.nextSleeper() != wrong + .seconds(3600) { await Task.yield() }
                #expect(scene.log.lines(of: "clock_jumped").count == 1)
                #expect(try await scene.store.run(run).state.isFinal)
                scene.clock.set(wrong + .seconds(3600))
                while try await !scene.store.runs(Store.RunFilter()).isEmpty { await Task.yield() }
            }
        }
    }
}

/// An upkeep with all that it needs.
private struct Scene: Sendable {
    let store: Store
    let clock = SimulatedClock(Timestamp(seconds: 1_800_000_000))
    let runtime = ListedRuntime()
    let log = LogCapture()
    let policy: Setting<RetentionPolicy>
    let upkeep: Upkeep

    private init(_ folder: String, _ policy: RetentionPolicy) throws {
        self.policy = Setting(policy)
        store = try Store(folder: folder, clock: clock)
        let repositories = Repositories(folder: "\(folder)/mirrors", settings: GitSettings(), logger: log.logger)
        upkeep = Upkeep(
            store: store,
            leftovers: Leftovers(store: store, runtime: runtime, repositories: repositories, logger: log.logger),
            repositories: repositories,
            policy: self.policy,
            clock: clock,
            logger: log.logger
        )
    }

    static func with(_ policy: RetentionPolicy, _ body: (Scene) async throws -> Void) async throws {
        let folder = "/tmp/ct-upkeep-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let scene = try Scene(folder, policy)
        try await body(scene)
        try await scene.store.close()
    }

    /// Runs `body` while the upkeep is at work.
    func whileRunning(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await upkeep.run() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// A run that ends now, with a message.
    func endedRun() async throws -> Run.ID {
        let slug = "tidy"
        if try await store.tasks().isEmpty {
            let step = Step(instructions: "Do.", checks: "")
            _ = try await store.createTask(TaskContent(name: slug, steps: [step], settings: TaskSettings()))
        }
        let run = try await store.createRun(
            NewRun(task: slug, repository: "https://example.org/r", ref: nil, priority: nil)
        )
        _ = try await store.admitRuns(caps: Admission.Caps(global: .max), runtime: .process)
        try await store.moveRun(run.id, to: .running)
        try await store.appendNotice(Array(#"{"type":"internal"}"#.utf8), to: run.id, step: 0)
        try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        return run.id
    }
}
