import GRDB
import Model
import Testing

@testable import Store

@Suite(.timeLimit(.minutes(1))) struct ChangeCountTests {
    @Test func everyAcknowledgedChangeOfATaskIsCounted() async throws {
        let scratch = try Scratch()
        let count = scratch.store.taskChanges()
        #expect(count.current == 0)
        let task = try await scratch.makeTask()
        #expect(count.current == 1)
        _ = try await scratch.store.updateTask(task.id.rawValue) {
            TaskContent(name: "Other", steps: $0.steps, settings: $0.settings)
        }
        #expect(count.current == 2)
        _ = try await scratch.store.deleteTask(task.id.rawValue)
        #expect(count.current == 3)
    }

    @Test func whatChangesNoTaskIsNotCounted() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        let count = scratch.store.taskChanges()
        let run = try await scratch.makeRun(of: task)
        _ = try await scratch.store.cancelRun(run.id)
        await #expect(throws: StoreError.self) { try await scratch.store.deleteTask("none") }
        #expect(try await scratch.store.tasks() == [task])
        #expect(count.current == 0)
    }

    @Test func aTransactionThatIsUndoneIsNotCounted() async throws {
        let scratch = try Scratch()
        let task = try await scratch.makeTask()
        let count = scratch.store.taskChanges()
        await #expect(throws: CancellationError.self) {
            try await scratch.store.pool.write { db in
                try db.execute(sql: "UPDATE task SET slug = 'gone' WHERE id = ?", arguments: [task.id])
                throw CancellationError()
            }
        }
        #expect(count.current == 0)
        _ = try await scratch.store.deleteTask(task.id.rawValue)
        #expect(count.current == 1)
    }

    @Test func theLastMessageOfARunIsKnown() async throws {
        let scratch = try Scratch()
        let (run, execution) = try await scratch.makeRunningRun()
        #expect(try await scratch.store.lastMessageNumber(of: run.id) == 0)
        let lines = (1...3).map { _ in
            IngestedLine.message(NewMessage(kind: .assistant, body: Array("{}".utf8)))
        }
        try await scratch.store.append(lines, to: execution, exit: nil, line: 3)
        #expect(try await scratch.store.lastMessageNumber(of: run.id) == 3)
        await #expect(throws: StoreError.self) {
            try await scratch.store.lastMessageNumber(of: Run.ID(rawValue: "none"))
        }
    }
}
