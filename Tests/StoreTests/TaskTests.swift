import GRDB
import Model
import Testing

@testable import Store

struct TaskTests {
    private static let settings = TaskSettings(
        environment: ["A": "1\n2", "é": ""],
        limits: TaskLimits(startup: 1.5, idle: 2, total: 3, deadline: 4),
        push: PushSettings(branch: "caretaker/x"),
        maxConcurrent: 2,
        priority: -3
    )

    @Test
    func aTaskIsReadBackAsItWasMade() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask("Übung\n “a” 😀", steps: 3, settings: Self.settings)
        #expect(task.version == 1)
        #expect(task.name == "Übung\n “a” 😀")
        #expect(task.settings == Self.settings)
        #expect(task.steps.count == 3)
        #expect(task.createdAt == scratch.clock.now)
        #expect(try await scratch.store.task(task.id.rawValue) == task)
        #expect(try await scratch.store.task(task.slug) == task)
        #expect(try await scratch.store.tasks() == [task])
    }

    @Test
    func aVersionNeverChanges() async throws {
        let scratch = try Scratch()
        _ = try await scratch.makeTask()
        await #expect(throws: DatabaseError.self) {
            try await scratch.store.pool.write { try $0.execute(sql: "UPDATE taskVersion SET name = 'other'") }
        }
        #expect(try await scratch.value(String.self, "SELECT name FROM taskVersion") == "Tidy up")
    }

    @Test
    func aVersionThatARunNeedsCannotBeDeleted() async throws {
        let scratch = try Scratch()
        _ = try await scratch.makeRun(of: try await scratch.makeTask())
        await #expect(throws: DatabaseError.self) {
            try await scratch.store.pool.write { try $0.execute(sql: "DELETE FROM taskVersion") }
        }
    }

    @Test
    func anUpdateMakesAVersionAndARunKeepsItsOwn() async throws {
        let scratch = try Scratch()
        let first = try await scratch.makeTask()
        let run = try await scratch.makeRun(of: first)
        scratch.clock.advance(by: .seconds(1))
        let second = try await scratch.store.updateTask(first.slug) { task in
            TaskContent(name: "\(task.name)!", steps: [], settings: Self.settings)
        }
        #expect(second.version == 2)
        #expect(second.id == first.id)
        #expect(second.slug == first.slug)
        #expect(second.name == "Tidy up!")
        #expect(second.createdAt == first.createdAt)
        #expect(second.updatedAt == scratch.clock.now)
        let kept = try await scratch.store.task(of: try await scratch.store.run(run.id))
        #expect(kept.version == 1)
        #expect(kept.steps == first.steps)
        #expect(kept.name == first.name)
        #expect(try await scratch.store.run(run.id).name == first.name)
    }

    @Test
    func concurrentUpdatesEachMakeAVersion() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask("0")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    _ = try await scratch.store.updateTask(task.slug) { task in
                        TaskContent(name: "\((Int(task.name) ?? 0) + 1)", steps: [], settings: task.settings)
                    }
                }
            }
            try await group.waitForAll()
        }
        let last = try await scratch.store.task(task.slug)
        #expect(last?.version == 51)
        #expect(last?.name == "50")
    }

    @Test
    func slugsAreUniqueAmongTasksThatAreThere() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        var slugs: [String] = []
        for name in ["A b", "a-b", "a b 2", "A B", ""] { slugs.append(try await scratch.makeTask(name).slug) }
        #expect(slugs == ["a-b", "a-b-2", "a-b-2-2", "a-b-3", "task"])
        let same = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<40 { group.addTask { try await scratch.makeTask("Same").slug } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(same.count == 40)
        #expect(try await store.tasks().count == 45)
    }

    @Test
    func aDeletedTaskFreesItsSlugAndCancelsOnlyWhatIsQueued() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let task = try await scratch.makeTask()
        let (active, _) = try await scratch.makeRunningRun(of: task)
        let queued = try await scratch.makeRun(of: task)
        let other = try await scratch.makeRun(of: try await scratch.makeTask("Other"))
        _ = try await store.deleteTask(task.slug)
        #expect(try await store.run(queued.id).state == .cancelled)
        #expect(try await store.run(queued.id).finishedAt != nil)
        #expect(try await store.run(queued.id).taskID == task.id)
        #expect(try await store.run(active.id).state == .running)
        #expect(try await store.run(other.id).state.name == .queued)
        #expect(try await store.task(of: active).deletedAt == scratch.clock.now)
        #expect(try await store.task(task.slug) == nil)
        #expect(try await store.tasks().map(\.name) == ["Other"])
        #expect(try await scratch.makeTask().slug == task.slug)
    }

    @Test
    func aDeletedTaskIsNotThereForAnyRequest() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let task = try await scratch.makeTask()
        let run = try await scratch.makeRun(of: task)
        _ = try await store.deleteTask(task.id.rawValue)
        await expectError(.notFound) { _ = try await store.deleteTask(task.slug) }
        await expectError(.notFound) { _ = try await scratch.makeRun(of: task) }
        await expectError(.notFound) { _ = try await store.retryRun(run.id) }
        await expectError(.notFound) {
            _ = try await store.updateTask(task.slug) { TaskContent(name: $0.name, steps: [], settings: $0.settings) }
        }
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM taskVersion") == 1)
    }

    @Test
    func anIDMeansItsTaskEvenWhenAnotherHasItAsASlug() async throws {
        let scratch = try Scratch()
        let store = scratch.store
        let early = try await scratch.makeTask("early")
        let late = try await scratch.makeTask("late")
        let impostors = [try await scratch.makeTask(early.id.rawValue), try await scratch.makeTask(late.id.rawValue)]
        #expect(impostors.map(\.slug) == [early.id.rawValue, late.id.rawValue])
        #expect(try await store.task(early.id.rawValue)?.name == "early")
        #expect(try await store.deleteTask(late.id.rawValue).name == "late")
    }
}
