import AgentStream
import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// Notices are written with what they tell, or not at all.
struct OutboxTests {
    private static let all = Set(Notice.Event.allCases)
    private static let failure = RunState.failed(.agentError)

    /// The kinds of the notices that wait, oldest first, with a field of their data.
    private static func kinds(_ scratch: Scratch) async throws -> [String] {
        try await scratch.store.dueNotices(limit: .max, but: []).map(\.kind.rawValue).sorted()
    }

    /// Ends a new run of a task, which may be tried again.
    @discardableResult
    private static func end(
        _ scratch: Scratch,
        _ task: AgentTask,
        _ state: RunState,
        retryAfter: Duration? = nil
    ) async throws -> Run {
        let run = try await scratch.makeRunningRun(of: task).run
        try await scratch.store.finishRun(run.id, RunEnding(state: state, detail: "So."), retryAfter: retryAfter)
        return run
    }

    @Test(arguments: [RunState.failed(.agentError), .timedOut(.idle), .lost])
    func aRunThatEndsWithoutSuccessIsTold(_ state: RunState) async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        let run = try await Self.end(scratch, task, state)
        let notice = try #require(try await scratch.store.dueNotices(limit: 9, but: []).first)
        #expect(notice.kind == .runFailed)
        #expect(notice.at == scratch.clock.now)
        let data = try JSONValue(parsing: Array(notice.data.utf8))
        #expect(data["run"]?["id"]?.string == run.id.rawValue)
        #expect(data["run"]?["state"]?.string == state.name.rawValue)
        #expect(data["run"]?["reason"]?.string == state.reason)
        #expect(data["run"]?["detail"] == "So.")
        #expect(data["run"]?["finishedAt"]?.string == scratch.clock.now.iso8601)
        #expect(data["task"]?["slug"]?.string == task.slug)
        #expect(data["schedule"] == .null)
        #expect(data["failuresInARow"] == 1)
    }

    @Test func aNoticeThatCannotBeWrittenTakesTheEndOfItsRunWithIt() async throws {
        let scratch = try Scratch(notices: Self.all)
        try await scratch.store.pool.write { db in
            try db.execute(
                sql: "CREATE TRIGGER refuse BEFORE INSERT ON notice BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        }
        let run = try await scratch.makeRunningRun().run
        await #expect(throws: DatabaseError.self) { try await scratch.finish(run, Self.failure) }
        #expect(try await scratch.store.run(run.id).state == .running)
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM toldFailure") == 0)
        // What is no news needs no notice.
        try await scratch.finish(run)
        #expect(try await scratch.store.run(run.id).state == .succeeded(nil))
    }

    @Test func successAndCancellationAreNoNews() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        for state in [RunState.succeeded(nil), .cancelled, .succeeded(.nothingToDo)] {
            try await Self.end(scratch, task, state)
        }
        #expect(try await Self.kinds(scratch) == [])
    }

    @Test func aFailureThatIsTriedAgainIsToldWithTheLastAttempt() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        try await Self.end(scratch, task, Self.failure, retryAfter: .seconds(1))
        #expect(try await Self.kinds(scratch) == [])
        scratch.clock.advance(by: .seconds(2))
        let retry = try #require(try await scratch.store.admitRuns(caps: .init(global: 9), runtime: .process).first)
        try await scratch.finish(retry, Self.failure)
        let notice = try #require(try await scratch.store.dueNotices(limit: 9, but: []).first)
        let data = try JSONValue(parsing: Array(notice.data.utf8))
        #expect(data["run"]?["id"]?.string == retry.id.rawValue)
        #expect(data["run"]?["attempt"] == 2)
        #expect(data["failuresInARow"] == 2)
        #expect(try await Self.kinds(scratch) == ["run.failed"])
    }

    @Test func theFirstSuccessAfterAToldFailureIsToldAndNoOther() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        let other = try await scratch.makeTask("Another")
        try await Self.end(scratch, task, Self.failure)
        try await Self.end(scratch, task, .lost)
        try await Self.end(scratch, other, .succeeded(nil))
        #expect(try await Self.kinds(scratch) == ["run.failed", "run.failed"])
        try await Self.end(scratch, task, .cancelled)
        scratch.clock.advance(by: .seconds(1))
        let run = try await Self.end(scratch, task, .succeeded(nil))
        try await Self.end(scratch, task, .succeeded(nil))
        let notices = try await scratch.store.dueNotices(limit: 9, but: [])
        #expect(notices.map(\.kind) == [.runFailed, .runFailed, .runRecovered])
        let data = try JSONValue(parsing: Array((notices.last?.data ?? "").utf8))
        #expect(data["run"]?["id"]?.string == run.id.rawValue)
        #expect(data["failuresInARow"] == 2)
    }

    @Test func aRestartNeitherRepeatsNorForgets() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        try await Self.end(scratch, task, Self.failure)
        let before = try await scratch.store.dueNotices(limit: 9, but: [])
        try await scratch.store.close()
        let again = try Store(folder: scratch.folder, clock: scratch.clock, notices: Self.all)
        #expect(try await again.dueNotices(limit: 9, but: []) == before)
        let run = try await again.createRun(NewRun(task: task.slug, repository: "r", ref: nil, priority: nil))
        _ = try await again.admitRuns(caps: .init(global: 9), runtime: .process)
        try await again.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        #expect(try await again.dueNotices(limit: 9, but: []).map(\.kind) == [.runFailed, .runRecovered])
        try await again.close()
    }

    @Test func nothingIsWrittenWhileNobodyIsToldAndWhatWasToldIsOverWithASuccess() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        try await Self.end(scratch, task, Self.failure)
        try await scratch.store.close()
        let quiet = try Store(folder: scratch.folder, clock: scratch.clock)
        func end(_ store: Store, _ state: RunState) async throws {
            let run = try await store.createRun(NewRun(task: task.slug, repository: "r", ref: nil, priority: nil))
            _ = try await store.admitRuns(caps: .init(global: 9), runtime: .process)
            try await store.finishRun(run.id, RunEnding(state: state, detail: nil))
        }
        try await end(quiet, .succeeded(nil))
        try await end(quiet, Self.failure)
        #expect(try await quiet.waitingNotices().count == 1)
        try await quiet.close()
        let loud = try Store(folder: scratch.folder, clock: scratch.clock, notices: Self.all)
        try await end(loud, .succeeded(nil))
        #expect(try await loud.waitingNotices().count == 1)
        try await loud.close()
    }

    @Test(arguments: [
        ([Notice.Event.failure], ["run.failed"]), ([Notice.Event.recovery, .overdue], [String]()),
        ([Notice.Event.failure, .recovery], ["run.failed", "run.recovered"]),
    ])
    func onlyWhatIsAskedForIsTold(_ events: [Notice.Event], _ kinds: [String]) async throws {
        let scratch = try Scratch(notices: Set(events))
        let task = try await scratch.makeTask()
        try await Self.end(scratch, task, Self.failure)
        try await Self.end(scratch, task, .succeeded(nil))
        #expect(try await Self.kinds(scratch) == kinds)
    }

    @Test func aTaskThatIsDeletedDoesNotRecover() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        try await Self.end(scratch, task, Self.failure)
        let late = try await scratch.makeRunningRun(of: task).run
        let later = try await scratch.makeRunningRun(of: task).run
        _ = try await scratch.store.deleteTask(task.id.rawValue)
        #expect(try await scratch.value(Int.self, "SELECT count(*) FROM toldFailure") == 0)
        try await scratch.finish(late, Self.failure)
        try await scratch.finish(later)
        #expect(try await Self.kinds(scratch) == ["run.failed", "run.failed"])
    }

    @Test func newNoticesRingTheBell() async throws {
        let scratch = try Scratch(notices: Self.all)
        var bell = scratch.store.noticeBell().makeAsyncIterator()
        // Once at first.
        await bell.next()
        try await Self.end(scratch, try await scratch.makeTask(), Self.failure)
        await bell.next()
        #expect(try await scratch.store.waitingNotices().count == 1)
    }

    @Test func theOldestGoWhenThereAreTooMany() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        for _ in 0..<5 {
            scratch.clock.advance(by: .seconds(1))
            try await Self.end(scratch, task, Self.failure)
        }
        let notices = try await scratch.store.dueNotices(limit: 9, but: [])
        try await scratch.store.postponeNotice(notices[0].id, until: scratch.clock.now, error: "It was refused.")
        #expect(try await scratch.store.trimNotices(to: 5) == [])
        let dropped = try await scratch.store.trimNotices(to: 3)
        #expect(Set(dropped.map(\.notice.id)) == Set(notices.prefix(2).map(\.id)))
        #expect(dropped.first { $0.notice.id == notices[0].id }?.error == "It was refused.")
        #expect(dropped.first { $0.notice.id == notices[0].id }?.notice.attempts == 1)
        let left = try await scratch.store.dueNotices(limit: 9, but: [])
        #expect(left.map(\.id) == notices.suffix(3).map(\.id))
    }

    @Test func whatWaitsForItsTimeOrIsOnItsWayIsNotDue() async throws {
        let scratch = try Scratch(notices: Self.all)
        let task = try await scratch.makeTask()
        for _ in 0..<3 {
            try await Self.end(scratch, task, Self.failure)
            scratch.clock.advance(by: .seconds(1))
        }
        let notices = try await scratch.store.dueNotices(limit: 9, but: [])
        let later = scratch.clock.now + .seconds(5)
        try await scratch.store.postponeNotice(notices[0].id, until: later, error: "No.")
        #expect(try await scratch.store.dueNotices(limit: 9, but: [notices[1].id]).map(\.id) == [notices[2].id])
        #expect(try await scratch.store.nextNoticeAttempt(but: [notices[1].id, notices[2].id]) == later)
        #expect(try await scratch.store.nextNoticeAttempt(but: Set(notices.map(\.id))) == nil)
        scratch.clock.advance(by: .seconds(5))
        let due = try await scratch.store.dueNotices(limit: 9, but: [])
        #expect(due.map(\.id) == [notices[1].id, notices[2].id, notices[0].id])
        #expect(due.map(\.attempts) == [0, 0, 1])
        #expect(try await scratch.store.waitingNotices() == WaitingNotices(count: 3, oldest: notices[0].at))
    }
}
