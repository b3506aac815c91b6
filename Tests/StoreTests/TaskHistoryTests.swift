import Model
import Testing

@testable import Store

struct TaskHistoryTests {
    @Test
    func aHistoryTellsWhichRunsUsedWhichVersionAndWhatIsUnfinished() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        let (ended, _) = try await scratch.makeRunningRun(of: task)
        try await scratch.finish(ended)
        let (active, _) = try await scratch.makeRunningRun(of: task)
        _ = try await scratch.store.updateTask(task.slug) { task in
            TaskContent(name: "Other", steps: task.steps, settings: task.settings)
        }
        let queued = try await scratch.makeRun(of: task)
        _ = try await scratch.makeRun(of: try await scratch.makeTask("Another one"))
        let history = try await scratch.store.taskHistory(task.slug, limit: 2)
        #expect(history.versions.map(\.number) == [2, 1])
        #expect(history.versions.map(\.runs) == [1, 2])
        #expect(history.runs.map(\.id) == [queued.id, active.id])
        #expect(history.queuedCount == 1)
        #expect(history.activeCount == 1)
        #expect(history.task.name == "Other")
        let first = try await scratch.store.taskHistory(task.id.rawValue, version: 1, limit: 0)
        #expect(first.task.name == "Tidy up")
        #expect(first.newest == 2)
        await #expect(throws: StoreError.self) { try await scratch.store.taskHistory(task.slug, version: 3, limit: 0) }
        await #expect(throws: StoreError.self) { try await scratch.store.taskHistory("nothing", limit: 0) }
    }

    @Test
    func ofDeletedTasksWithOneSlugTheLastIsShownAndEachByItsID() async throws {
        let scratch = try Scratch()
        var tasks: [AgentTask] = []
        for _ in 1...2 {
            tasks.append(try await scratch.makeTask())
            scratch.clock.advance(by: .seconds(1))
            _ = try await scratch.store.deleteTask("tidy-up")
        }
        #expect(try await scratch.store.taskHistory("tidy-up", limit: 0).task.id == tasks[1].id)
        for task in tasks {
            #expect(try await scratch.store.taskHistory(task.id.rawValue, limit: 0).task.id == task.id)
            #expect(try await scratch.store.task(withDeleted: task.id).deletedAt != nil)
        }
        let third = try await scratch.makeTask()
        #expect(try await scratch.store.taskHistory("tidy-up", limit: 0).task == third)
    }

    @Test
    func repositoriesAreTheOnesUsedLastEachOnce() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        for name in ["a", "b", "a", "c"] { _ = try await scratch.makeRun(of: task, repository: name) }
        #expect(try await scratch.store.recentRepositories(limit: 10) == ["c", "a", "b"])
        #expect(try await scratch.store.recentRepositories(limit: 1) == ["c"])
    }
}
