import GRDB
import Model
import Synchronization
import Testing

@testable import Store

struct QueueTests {
    @Test
    func oldestIsAdmittedFirstWithinAPriority() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        let priorities = [0, 5, 0, -1, 5, 0]
        var runs: [Run] = []
        for priority in priorities { runs.append(try await scratch.makeRun(of: task, priority: priority)) }
        let order = [1, 4, 0, 2, 5, 3].map { runs[$0].id }
        let positions = try await scratch.store.positions(of: runs)
        #expect(order.map { positions[$0] } == [1, 2, 3, 4, 5, 6])
        var admitted: [Run.ID] = []
        for cap in 1...6 {
            let runs = try await scratch.store.admitRuns(caps: Admission.Caps(global: cap), runtime: .process)
            admitted += runs.map(\.id)
        }
        #expect(admitted == order)
        #expect(try await scratch.store.activeRuns().map(\.id) == runs.map(\.id))
        #expect(try await scratch.store.positions(of: runs).isEmpty)
    }

    @Test
    func anAdmittedRunHasItsInstanceRowAndItsStart() async throws {
        let scratch = try Scratch()
        let queued = try await scratch.makeRun(of: try await scratch.makeTask())
        scratch.clock.advance(by: .seconds(3))
        let admitted = try await scratch.store.admitRuns(caps: Admission.Caps(global: 1), runtime: .docker)
        let run = try #require(admitted.first)
        #expect(run.id == queued.id)
        #expect(run.state == .starting)
        #expect(run.startedAt == scratch.clock.now)
        let instance = try #require(try await scratch.store.instances().first)
        #expect(instance.runID == run.id)
        #expect(instance.runtime == .docker)
        #expect(instance.state == .starting)
        #expect(try await scratch.store.instance(instance.id) == instance)
    }

    @Test
    func whatIsNotAdmittedSaysWhatItWaitsFor() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let single = try await scratch.makeTask("single", settings: TaskSettings(maxConcurrent: 1))
        let free = try await scratch.makeTask("free")
        let runs = [
            try await scratch.makeRun(of: single, repository: "a"),
            try await scratch.makeRun(of: single, repository: "b"),
            try await scratch.makeRun(of: free, repository: "a"),
            try await scratch.makeRun(of: free, repository: "c"),
            try await scratch.makeRun(of: free, repository: "d"),
        ]
        let caps = Admission.Caps(global: 2, perRepository: 1)
        #expect(try await store.admitRuns(caps: caps, runtime: .process).map(\.id) == [runs[0].id, runs[3].id])
        var states: [RunState] = []
        for run in runs { states.append(try await store.run(run.id).state) }
        #expect(states == [.starting, .queued(.capTask), .queued(.capRepository), .starting, .queued(.capGlobal)])
        #expect(try await store.admitRuns(caps: caps, runtime: .process).isEmpty)
        #expect(try await store.run(runs[1].id).state == .queued(.capGlobal))
        try await scratch.finish(runs[0])
        #expect(try await store.admitRuns(caps: caps, runtime: .process).map(\.id) == [runs[1].id])
    }

    @Test
    func aQueueOfThousandsIsAdmittedInOrderAndNeverAboveTheCaps() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let tasks = [
            try await scratch.makeTask("wide"),
            try await scratch.makeTask("narrow", settings: TaskSettings(maxConcurrent: 2)),
        ]
        let count = Scratch.count(3000, soak: 20_000)
        try await fill(scratch, tasks, count)
        let caps = Admission.Caps(global: 12, perRepository: 3)
        var last: [Int: String] = [:]
        for _ in 0..<20 {
            let admitted = try await store.admitRuns(caps: caps, runtime: .process)
            let active = try await store.activeRuns()
            #expect(active.count <= 12)
            for repository in 0..<5 { #expect(active.count { $0.repository == "r\(repository)" } <= 3) }
            #expect(active.count { $0.taskID == tasks[1].id } <= 2)
            for run in admitted where run.taskID == tasks[0].id {
                let repository = Int(run.repository.dropFirst()) ?? 0
                #expect(last[repository] ?? "" < run.id.rawValue, "older runs of a repository go first")
                last[repository] = run.id.rawValue
            }
            for run in active.prefix(6) { try await scratch.finish(run, .failed(.internal)) }
        }
        let left = try await scratch.value(Int.self, "SELECT count(*) FROM run WHERE state = 'queued'")
        #expect(left == count - (try await scratch.value(Int.self, "SELECT count(*) FROM instance") ?? 0))
    }

    @Test
    func aPassOverALongQueueTakesFewStatements() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        try await fill(scratch, [task, task], 500)
        let statements = Mutex(0)
        try await scratch.store.pool.writeWithoutTransaction { db in
            db.trace { _ in statements.withLock { $0 += 1 } }
        }
        let admitted = try await scratch.store.admitRuns(
            caps: Admission.Caps(global: 9, perRepository: 1),
            runtime: .process
        )
        #expect(admitted.count == 5)
        let held = try await scratch.value(Int.self, "SELECT count(*) FROM run WHERE reason = 'cap_repository'")
        #expect(held == 495)
        #expect(statements.withLock { $0 } < 60)
    }

    private func fill(_ scratch: Scratch, _ tasks: [AgentTask], _ count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    _ = try await scratch.makeRun(of: tasks[number % 3 / 2], repository: "r\(number % 5)")
                }
            }
            try await group.waitForAll()
        }
    }

    @Test
    func theQueueBellRingsForWhatMayLetARunStart() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let task = try await scratch.makeTask()
        var bell = store.queueBell().makeAsyncIterator()
        #expect(await bell.next() != nil)
        let run = try await scratch.makeRun(of: task)
        #expect(await bell.next() != nil)
        _ = try await store.admitRuns(caps: Admission.Caps(global: 1), runtime: .process)
        try await scratch.finish(run, .lost)
        #expect(await bell.next() != nil)
        _ = try await store.retryRun(run.id)
        #expect(await bell.next() != nil)
    }

    @Test
    func aRunsBellRingsForItsRowAndGoesWithItsListener() async throws {
        let scratch = try Scratch()
        let (run, _) = try await scratch.makeRunningRun()
        let (other, _) = try await scratch.makeRunningRun()
        do {
            var bell = scratch.store.changes(of: run.id).makeAsyncIterator()
            #expect(await bell.next() != nil)
            _ = try await scratch.store.cancelRun(run.id)
            #expect(await bell.next() != nil)
            try await scratch.finish(run)
            #expect(await bell.next() != nil)
            let before = scratch.store.feeds.census
            #expect(before.bells == 1)
            try await scratch.finish(other)
        }
        #expect(scratch.store.feeds.census.bells == 0)
    }

    @Test func aQueueThatIsFullRefusesAndTakesAgainWhenThereIsRoom() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        let new = NewRun(task: task.slug, repository: "https://example.org/r", ref: nil, priority: nil)
        let first = try await scratch.store.createRun(new, queueLimit: 1)
        await expectError(.full) { _ = try await scratch.store.createRun(new, queueLimit: 1) }
        _ = try await scratch.store.cancelRun(first.id)
        await expectError(.full) { _ = try await scratch.store.retryRun(first.id, queueLimit: 0) }
        let second = try await scratch.store.retryRun(first.id, queueLimit: 1)
        #expect(second.retryOf == first.id)
    }

    @Test func aQueueThatIsHeldSaysWhyUntilItIsAdmittedAgain() async throws {
        let scratch = try Scratch()
        #expect(try await scratch.store.holdQueue(for: .runtimeUnavailable) == false)
        #expect(try await scratch.store.hasQueuedRuns() == false)
        let run = try await scratch.makeRun(of: try await scratch.makeTask())
        #expect(try await scratch.store.holdQueue(for: .runtimeUnavailable))
        #expect(try await scratch.store.run(run.id).state == .queued(.runtimeUnavailable))
        _ = try await scratch.store.admitRuns(caps: Admission.Caps(global: 0), runtime: .docker)
        #expect(try await scratch.store.run(run.id).state == .queued(.capGlobal))
    }
}
