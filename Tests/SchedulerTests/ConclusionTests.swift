import Model
import Store
import Testing

@testable import Scheduler

/// The end of a run whose instance or runtime makes trouble.
@Suite(.timeLimit(.minutes(1)))
struct ConclusionTests {
    private static let inUse = RuntimeError(.unavailable, "volume is in use")

    @Test(arguments: [InstanceStatus.gone, .ended(code: 137, outOfMemory: false)])
    func whatDoesNotRunAndCannotBeRemovedIsLeftToTheReaper(_ status: InstanceStatus) async throws {
        var script = ScriptedRuntime.Script()
        script.status = { status }
        script.stop = { _ in throw Self.inUse }
        try await ScriptedRun.with(script) { scripted in
            try await scripted.conclusion.stop()
            #expect(scripted.runtime.count(of: "stop") == 1)
            let notices = try await scripted.notices()
            #expect(notices.count == 1 && notices[0].contains("volume is in use"), "\(notices)")
        }
    }

    @Test(arguments: [true, false])
    func anInstanceThatMayRunStillIsStoppedHoweverLongThatTakes(_ isKnown: Bool) async throws {
        var script = ScriptedRuntime.Script()
        script.status = { if isKnown { .running } else { throw Self.inUse } }
        script.stop = { if $0 < 3 { throw Self.inUse } }
        try await ScriptedRun.with(script) { scripted in
            try await scripted.conclusion.stop()
            #expect(scripted.runtime.count(of: "stop") == 3)
            #expect(try await scripted.notices() == [])
        }
    }

    @Test func anExportThatRanIntoItsLimitIsNotMadeAgain() async throws {
        var script = ScriptedRuntime.Script()
        script.status = { .running }
        script.export = { throw RuntimeError(.timedOut, "It took too long.") }
        try await ScriptedRun.with(script) { scripted in
            let ending = try await scripted.conclusion.keepWork(CourseEnding(.succeeded(nil)))
            #expect(ending.state == .failed(.exportFailed))
            #expect(scripted.runtime.count(of: "export") == 1)
            #expect(try await scripted.notices().count == 1)
        }
    }

    @Test func anExecutorThatIsLostDuringAnExportIsAskedAgainForSomeTime() async throws {
        var script = ScriptedRuntime.Script()
        script.status = { .running }
        try await ScriptedRun.with(script) { scripted in
            let ending = try await scripted.conclusion.keepWork(CourseEnding(.lost))
            #expect(ending.state == .lost)
            #expect((2...3).contains(scripted.runtime.count(of: "export")))
            #expect(try await scripted.notices().count == 1)
        }
    }
}
