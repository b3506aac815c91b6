import AgentStream
import Model
import Testing

@testable import Store

struct RunTests {
    @Test
    func aNewRunIsQueuedAtItsTasksVersion() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask(settings: TaskSettings(priority: 7))
        let run = try await scratch.store.createRun(
            NewRun(task: task.slug, repository: "https://h/r", ref: "refs/x", priority: nil)
        )
        #expect(run.state == .queued(nil))
        #expect(run.taskID == task.id)
        #expect(run.taskVersion == 1)
        #expect(run.priority == 7)
        #expect(run.ref == "refs/x")
        #expect(run.createdAt == scratch.clock.now)
        #expect(run.startedAt == nil)
        #expect(!run.hasResult)
        #expect(run.session.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
        #expect(try await scratch.store.run(run.id) == run)
        #expect(try await scratch.makeRun(of: task, priority: -1).priority == -1)
    }

    @Test
    func aRunNeedsATaskWithSteps() async throws {
        let scratch = try Scratch()
        let empty = try await scratch.makeTask(steps: 0)
        await expectError(.conflict) { _ = try await scratch.makeRun(of: empty) }
        await expectError(.notFound) {
            _ = try await scratch.store.createRun(NewRun(task: "none", repository: "r", ref: nil, priority: nil))
        }
        #expect(try await scratch.store.runs(Store.RunFilter()).isEmpty)
    }

    @Test
    func aRunsOwnSettingsStandBeforeItsTasksAndAreRepeatedWithIt() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let usual = TaskSettings(
            container: ContainerSettings(image: "usual", cpus: 2),
            environment: ["A": "task", "B": "task"],
            limits: TaskLimits(idle: 5, total: 60),
            maxConcurrent: 3
        )
        let task = try await scratch.makeTask(settings: usual)
        var own = TaskSettings(container: ContainerSettings(cpus: 1), environment: ["B": "run"])
        own.limits = TaskLimits(total: 9, deadline: 10)
        let new = NewRun(task: task.slug, repository: "r", ref: nil, priority: nil, settings: own)
        let run = try await store.createRun(new)
        #expect(try await store.run(run.id) == run)
        let carriedOut = try await store.task(of: run).settings
        #expect(carriedOut.container == ContainerSettings(image: "usual", cpus: 1))
        #expect(carriedOut.environment == ["A": "task", "B": "run"])
        #expect(carriedOut.limits == TaskLimits(idle: 5, total: 9, deadline: 10))
        #expect(carriedOut.maxConcurrent == 3)
        #expect(try await store.task(task.slug)?.settings == usual)
        _ = try await store.cancelRun(run.id)
        #expect(try await store.retryRun(run.id).settings == own)
        let plain = try await scratch.makeRun(of: task)
        #expect(try await store.task(of: plain).settings == usual)
    }

    @Test
    func aRetryRepeatsAnEndedRunWithTheTaskAsItIsNow() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let task = try await scratch.makeTask(settings: TaskSettings(priority: 1))
        let run = try await store.createRun(NewRun(task: task.slug, repository: "https://h/r", ref: "dev", priority: 9))
        await expectError(.conflict) { _ = try await store.retryRun(run.id) }
        _ = try await store.cancelRun(run.id)
        _ = try await store.updateTask(task.slug) { TaskContent(name: "New", steps: $0.steps, settings: $0.settings) }
        scratch.clock.advance(by: .seconds(1))
        let retry = try await store.retryRun(run.id)
        #expect(retry.retryOf == run.id)
        #expect(retry.id != run.id)
        #expect(retry.session != run.session)
        #expect(retry.state == .queued(nil))
        #expect((retry.repository, retry.ref, retry.priority) == ("https://h/r", "dev", 9))
        #expect(retry.taskVersion == 2)
        #expect(retry.name == "New")
        await expectError(.notFound) { _ = try await store.retryRun(Run.ID(rawValue: "none")) }
    }

    @Test
    func cancellingAQueuedRunEndsIt() async throws {
        let scratch = try Scratch()
        let run = try await scratch.makeRun(of: try await scratch.makeTask())
        let cancelled = try await scratch.store.cancelRun(run.id)
        #expect(cancelled.state == .cancelled)
        #expect(cancelled.finishedAt == scratch.clock.now)
        #expect(try await scratch.store.admitRuns(caps: Admission.Caps(global: 9), runtime: .docker).isEmpty)
    }

    @Test
    func cancellingAnActiveRunIsARequestThatKeepsItsFirstTime() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        let asked = scratch.clock.now
        #expect(try await scratch.store.cancelRun(run.id).cancelRequestedAt == asked)
        scratch.clock.advance(by: .seconds(5))
        let again = try await scratch.store.cancelRun(run.id)
        #expect(again.cancelRequestedAt == asked)
        #expect(again.state == .running)
    }

    @Test
    func cancellingAnEndedRunChangesNothing() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.finish(run)
        let before = try await scratch.store.run(run.id)
        scratch.clock.advance(by: .seconds(5))
        #expect(try await scratch.store.cancelRun(run.id) == before)
        await expectError(.notFound) { _ = try await scratch.store.cancelRun(Run.ID(rawValue: "none")) }
    }

    @Test
    func anEndingIsOneTransactionWithUsageAndInstance() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let (run, _) = try await scratch.makeRunningRun()
        let usage = AgentUsage(inputTokens: 1, outputTokens: 2, costUSD: 0.25, isEstimated: true, turns: 3)
        scratch.clock.advance(by: .seconds(60))
        try await store.setUsage(usage, of: try await store.execution(of: run.id, step: 0))
        try await store.finishRun(run.id, RunEnding(state: .failed(.oomKilled), detail: "It did."))
        let ended = try await store.run(run.id)
        #expect(ended.state == .failed(.oomKilled))
        #expect(ended.detail == "It did.")
        #expect(ended.usage == usage)
        #expect(ended.startedAt == run.startedAt)
        #expect(ended.finishedAt == scratch.clock.now)
        #expect(try await scratch.value(Double.self, "SELECT costUSD FROM run") == 0.25)
        let instance = try #require(try await store.instances().first)
        #expect(instance.state == .stopped)
        #expect(instance.stoppedAt == scratch.clock.now)
    }

    @Test
    func aSecondEndingIsRefusedWhole() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.finish(run, .timedOut(.idle))
        let before = try await scratch.store.run(run.id)
        let other = RunEnding(state: .succeeded(nil), detail: "no")
        await expectError(.conflict) { try await scratch.store.finishRun(run.id, other) }
        #expect(try await scratch.store.run(run.id) == before)
        try await scratch.finish(run, .timedOut(.idle))
        #expect(try await scratch.store.run(run.id) == before)
    }

    @Test
    func aRunMovesOnlyWhereItMayGo() async throws {
        let scratch = try Scratch()
        let run = try await scratch.makeRun(of: try await scratch.makeTask())
        await expectError(.conflict) { try await scratch.store.moveRun(run.id, to: .running) }
        await expectError(.notFound) {
            try await scratch.store.moveRun(Run.ID(rawValue: "none"), to: .running)
        }
        #expect(try await scratch.store.run(run.id) == run)
    }

    @Test
    func whatWasKeptIsReadBack() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        #expect(try await scratch.store.result(of: run.id) == nil)
        let commit = WorkExport.Commit(sha: "a", author: "é", email: "e", at: scratch.clock.now, subject: "s\n")
        let export = WorkExport(
            base: nil,
            head: "a",
            branch: "main",
            commits: [commit],
            bundleBytes: 1,
            patchBytes: nil,
            notices: ["n"],
            pushedTo: "b"
        )
        try await scratch.store.setResult(export, of: run.id)
        try await scratch.store.setCommit("abc", of: run.id)
        #expect(try await scratch.store.result(of: run.id) == export)
        let kept = try await scratch.store.run(run.id)
        #expect(kept.hasResult)
        #expect(kept.commit == "abc")
        await expectError(.notFound) { _ = try await scratch.store.result(of: Run.ID(rawValue: "none")) }
    }

    @Test
    func runsAreListedNewestFirstInPages() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let tasks = [try await scratch.makeTask("a"), try await scratch.makeTask("b")]
        var runs: [Run] = []
        for number in 0..<10 { runs.append(try await scratch.makeRun(of: tasks[number % 2])) }
        _ = try await store.cancelRun(runs[3].id)
        let newestFirst = runs.reversed().map(\.id)
        let first = try await store.runs(Store.RunFilter(limit: 4)).map(\.id)
        let rest = try await store.runs(Store.RunFilter(before: first.last)).map(\.id)
        #expect(first + rest == newestFirst)
        #expect(first.count == 4)
        #expect(try await store.runs(Store.RunFilter(task: "b")).allSatisfy { $0.taskID == tasks[1].id })
        #expect(try await store.runs(Store.RunFilter(task: tasks[0].id.rawValue)).count == 5)
        #expect(try await store.runs(Store.RunFilter(state: .cancelled)).map(\.id) == [runs[3].id])
        #expect(try await store.runs(Store.RunFilter(task: "a", state: .cancelled)).isEmpty)
    }

    @Test
    func anExecutionIsMadeOncePerStep() async throws {
        let scratch = try Scratch()
        let (run, first) = try await scratch.makeRunningRun()
        #expect(try await scratch.store.execution(of: run.id, step: 0) == first)
        let second = try await scratch.store.execution(of: run.id, step: 1)
        #expect(second.id != first.id)
        #expect(try await scratch.store.executions(of: run.id) == [first, second])
        await #expect(throws: (any Error).self) {
            _ = try await scratch.store.execution(of: Run.ID(rawValue: "none"), step: 0)
        }
    }

    @Test
    func anInstanceIsListedForAnHourAfterItStopped() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        try await scratch.store.setInstance(of: run.id, to: .executing)
        let live = try #require(try await scratch.store.instances().first)
        #expect(live.state == .executing)
        #expect(live.name == "caretaker-\(run.id)")
        try await scratch.finish(run)
        try await scratch.store.setInstance(of: run.id, to: .idle)
        #expect(try await scratch.store.instance(live.id).state == .stopped)
        scratch.clock.advance(by: .seconds(3599))
        #expect(try await scratch.store.instances().count == 1)
        scratch.clock.advance(by: .seconds(2))
        #expect(try await scratch.store.instances().isEmpty)
    }

    @Test func aRunHasUsedWhatItsStepsHaveUsedTogether() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let run = try await scratch.makeRunningRun().run
        #expect(try await store.run(run.id).usage == nil)
        for step in 0..<2 {
            let execution = try await store.execution(of: run.id, step: step)
            let usage = AgentUsage(inputTokens: 10, costUSD: 0.5, isEstimated: step == 1, turns: 1)
            try await store.setUsage(usage, of: execution)
            // Once more, as after a restart.
            try await store.setUsage(usage, of: execution)
        }
        let sum = AgentUsage(inputTokens: 20, costUSD: 1, isEstimated: true, turns: 2)
        #expect(try await store.run(run.id).usage == sum)
        #expect(try await store.runs(Store.RunFilter()).first?.usage == sum)
        #expect(try await store.executions(of: run.id).map(\.usage?.costUSD) == [0.5, 0.5])
    }

    @Test func aRunsAgentIsThatOfItsFirstStep() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let run = try await scratch.makeRunningRun().run
        for (step, model) in ["one", "two"].enumerated() {
            let execution = try await store.execution(of: run.id, step: step)
            try await store.setAgent(AgentIdentity(model: model, version: "2.1.330"), of: execution)
        }
        #expect(try await store.run(run.id).agent == AgentIdentity(model: "one", version: "2.1.330"))
        #expect(try await store.executions(of: run.id).map(\.agent?.model) == ["one", "two"])
    }

    @Test(arguments: [
        RunState.succeeded(nil), .succeeded(.nothingToDo), .failed(.oomKilled), .cancelled, .timedOut(.idle), .lost,
    ])
    func anEndingThatWasDecidedIsFoundAgain(_ state: RunState) async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        #expect(try await scratch.store.decidedEnding(of: run.id) == nil)
        let ending = RunEnding(state: state, detail: "Because.")
        try await scratch.store.decideEnding(of: run.id, ending)
        #expect(try await scratch.store.decidedEnding(of: run.id) == ending)
        #expect(try await scratch.store.run(run.id).state == .running)
    }

    @Test func anInstallationKeepsItsNameAndSharesItWithNone() async throws {
        let scratch = try Scratch()
        let name = try await scratch.store.installation()
        #expect(name.utf8.count == 32)
        #expect(try await scratch.store.installation() == name)
        let other = try await Scratch().store.installation()
        #expect(other != name)
    }
}
