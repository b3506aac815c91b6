import AgentStream
import Model
import Store
import Testing

@testable import Scheduler

/// Runs whose executor does not answer any more: what is stored and spooled decides.
@Suite(.timeLimit(.minutes(1)))
struct LostInstanceTests {
    private static let talk: [AgentFrame] = [
        line(#"{"type":"system","subtype":"init","session_id":"s"}"#),
        line(#"{"type":"assistant","message":{"content":[{"type":"text","text":"These are my last words."}]}}"#),
    ]
    private static let result = line(#"{"type":"result","subtype":"success","is_error":false}"#)
    private static let unbegun = RuntimeError(.refused, "Never begun.", .notFound)
    private static let trouble = RuntimeError(.imageMissing, "There is no such image.")

    private static func line(_ text: String) -> AgentFrame { .line(Array(text.utf8)) }

    private static func exit(_ endedBy: AgentExitRecord.Ending, code: Int? = nil) -> AgentFrame {
        .exit(AgentExitRecord(code: code, signal: nil, endedBy: endedBy, detail: nil, stderr: ""))
    }

    /// Walks a run whose only step was begun, and whose instance cannot be made any more, to its end.
    private static func walk(
        _ spool: Result<[AgentFrame], RuntimeError>,
        steps: Int = 1,
        status: InstanceStatus = .gone,
        _ check: (Run, _ lines: Int) throws -> Void
    ) async throws {
        var script = ScriptedRuntime.Script()
        script.spool = { try spool.get() }
        script.trouble = trouble
        script.status = { status }
        try await ScriptedRun.with(script, steps: steps) { scripted in
            _ = try await scripted.store.execution(of: scripted.run.id, step: 0)
            await RunCourse(run: scripted.run, parts: scripted.parts, patience: .zero).follow()
            try check(try await scripted.store.run(scripted.run.id), try await scripted.agentLines())
        }
    }

    @Test func anExitRecordInTheSpoolDecidesAndEveryLineIsStored() async throws {
        let failed = Self.talk + [Self.exit(.idle)]
        try await Self.walk(.success(failed)) { run, lines in
            #expect(run.state == .timedOut(.idle))
            #expect(lines == 2)
        }
    }

    @Test func aSuccessInTheSpoolFailsOnlyBecauseItsWorkCannotBeKept() async throws {
        let succeeded = Self.talk + [Self.result, Self.exit(.agent, code: 0)]
        try await Self.walk(.success(succeeded)) { run, lines in
            #expect(run.state == .failed(.exportFailed), "\(run.detail ?? "")")
            #expect(lines == 3)
        }
    }

    @Test func aStepThatCannotBeginAnyMoreFailsTheRunByWhatKeepsItFromIt() async throws {
        let succeeded = Self.talk + [Self.result, Self.exit(.agent, code: 0)]
        try await Self.walk(.success(succeeded), steps: 2) { run, _ in
            #expect(run.state == .failed(.imageMissing), "\(run.detail ?? "")")
        }
    }

    @Test func withoutAnExitRecordTheRunIsLostAndItsReasonHasTheLastWords() async throws {
        try await Self.walk(.success(Self.talk)) { run, lines in
            #expect(run.state == .lost)
            #expect(lines == 2)
            #expect(run.detail?.contains("There is no such image.") == true, "\(run.detail ?? "")")
            #expect(run.detail?.hasSuffix("These are my last words.") == true, "\(run.detail ?? "")")
        }
    }

    @Test(
        arguments: [
            (InstanceStatus.ended(code: 137, outOfMemory: true), .failed(.oomKilled)),
            (.ended(code: 1, outOfMemory: false), .failed(.containerExited)), (.gone, .lost),
        ] as [(InstanceStatus, RunState)]
    )
    func howTheInstanceHadEndedIsKnownWhenItDoesNotComeBack(_ status: InstanceStatus, _ state: RunState) async throws {
        try await Self.walk(.success(Self.talk), status: status) { run, _ in #expect(run.state == state) }
    }

    @Test func aPromptThatWasNeverDeliveredIsNotLost() async throws {
        try await Self.walk(.failure(Self.unbegun)) { run, _ in
            #expect(run.state == .failed(.imageMissing))
        }
    }

    @Test(arguments: [true, false])
    func anExecutorThatDoesNotAnswerACancelHasSpooledWhatCounts(_ hasExit: Bool) async throws {
        var script = ScriptedRuntime.Script()
        script.execute = { AgentFrames { _ in } }
        script.spool = { hasExit ? Self.talk + [Self.exit(.total)] : Self.talk }
        try await ScriptedRun.with(script) { scripted in
            let step = RunStep(
                run: scripted.run,
                task: scripted.task,
                step: 0,
                parts: scripted.parts,
                watch: scripted.watch(deadline: .milliseconds(300)),
                patience: .milliseconds(10)
            )
            let ending = try await step.perform()
            #expect(ending?.state == .timedOut(.total))
            #expect(ending?.executorIsSilent == !hasExit)
            #expect(try await scripted.agentLines() == 2)
        }
    }

    /// What an executor says to a cancel, whether the run's folder knows the execution, and whether it is then relayed.
    @Test(
        arguments: [
            (RuntimeError(.unreachable, "Nobody answers."), false, false),
            (RuntimeError(.unreachable, "Nobody answers."), true, true),
            (RuntimeError(.refused, "Unknown.", .notFound), true, false), (RuntimeError(.refused, "Who?"), false, true),
        ]
    )
    func afterACancelOnlyAPromptThatMayHaveBeenDeliveredIsFollowed(
        _ answer: RuntimeError,
        _ isBegun: Bool,
        _ isFollowed: Bool
    ) async throws {
        var script = ScriptedRuntime.Script()
        script.cancel = { throw answer }
        script.spool = { if isBegun { [] } else { throw Self.unbegun } }
        script.execute = {
            AgentFrames { continuation in
                continuation.yield([Self.exit(.cancel)])
                continuation.finish()
            }
        }
        try await ScriptedRun.with(script) { scripted in
            _ = try await scripted.store.execution(of: scripted.run.id, step: 0)
            _ = try await scripted.store.cancelRun(scripted.run.id)
            let step = RunStep(
                run: scripted.run,
                task: scripted.task,
                step: 0,
                parts: scripted.parts,
                watch: scripted.watch()
            )
            let ending = try await step.perform()
            #expect(ending?.state == .cancelled)
            #expect(scripted.runtime.count(of: "execute") == (isFollowed ? 1 : 0))
        }
    }

    @Test(arguments: [true, false])
    func anExecutorWithoutRoomFailsTheRunForWantOfStorage(_ hasRoom: Bool) async throws {
        var script = ScriptedRuntime.Script()
        script.execute = { throw RuntimeError(.refused, "The execution has no folder.", hasRoom ? nil : .storage) }
        try await ScriptedRun.with(script) { scripted in
            let step = RunStep(
                run: scripted.run,
                task: scripted.task,
                step: 0,
                parts: scripted.parts,
                watch: scripted.watch()
            )
            let reason: FailureReason = hasRoom ? .agentStartup : .storage
            let ending = try await step.perform()
            #expect(ending?.state == .failed(reason))
        }
    }
}
