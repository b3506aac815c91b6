import Foundation
import GRDB
import Model
import Testing

@testable import Store

/// What files declare when the service is killed while it is applied.
@Suite(.timeLimit(.minutes(5)))
struct DeclarationCrashTests {
    private static let tasks = 40

    @Test(.serialized, arguments: 0..<Scratch.count(6, soak: 60))
    func killedInTheMiddleEverythingIsAppliedOrNothing(_ round: Int) async throws {
        let folder = try Scratch.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String, round = round as Int] in
            let store = try Store(folder: folder, clock: TestClock())
            try await store.make(Self.first)
            let state = try await store.declaredState()
            // In the middle of the transaction, at its end, or once it is told.
            let calls = Self.tasks * 2 / 5 * (round % 6)
            try await store.pool.write { db in
                db.add(
                    function: DatabaseFunction("reached", argumentCount: 1, pure: false) { values in
                        if let count = Int.fromDatabaseValue(values[0]), count == calls { kill(getpid(), SIGKILL) }
                        return nil
                    }
                )
                try db.execute(
                    sql: """
                        CREATE TEMP TABLE changed (number INTEGER NOT NULL);
                        CREATE TEMP TRIGGER counts AFTER UPDATE OF version ON main.task BEGIN
                            INSERT INTO changed VALUES (1);
                            SELECT reached((SELECT count(*) FROM changed));
                        END;
                        CREATE TEMP TRIGGER countsToo AFTER UPDATE OF deletedAt ON main.schedule BEGIN
                            INSERT INTO changed VALUES (1);
                            SELECT reached((SELECT count(*) FROM changed));
                        END;
                        """
                )
            }
            try await store.make(Self.second(state))
            kill(getpid(), SIGKILL)
        }
        let store = try Store(folder: folder, clock: TestClock())
        let state = try await store.declaredState()
        let versions = Set(state.tasks.map(\.version))
        #expect(state.tasks.count == Self.tasks)
        #expect(versions.count == 1)
        let isNew = versions == [2]
        // Without a count to stop at it is killed after the answer.
        #expect(isNew == (round % 6 == 0))
        #expect(state.schedules.count == (isNew ? 0 : Self.tasks))
        #expect(Set(state.tasks.map(\.managedBy?.file)) == [isNew ? "/new" : "/old"])
        try await store.close()
    }

    private static var first: [DeclaredChange] {
        let now = Timestamp(milliseconds: 0)
        let managedBy = ManagedBy(file: "/old")
        return (0..<tasks).flatMap { number -> [DeclaredChange] in
            let id = AgentTask.ID(at: now)
            let schedule = ScheduleContent(
                name: "s",
                task: id,
                repository: "o/n",
                ref: nil,
                expression: "@daily",
                zone: "UTC",
                policy: SchedulePolicy()
            )
            return [
                .makeTask(id, slug: "t-\(number)", content("old"), managedBy),
                .makeSchedule(Schedule.ID(at: now), slug: "s-\(number)", schedule, managedBy),
            ]
        }
    }

    private static func second(_ state: DeclaredState) -> [DeclaredChange] {
        state.tasks.map { .changeTask($0, slug: $0.slug, content("new"), ManagedBy(file: "/new")) }
            + state.schedules.map { .deleteSchedule($0) }
    }

    private static func content(_ name: String) -> TaskContent {
        TaskContent(name: name, steps: [Step(instructions: "i", checks: "")], settings: TaskSettings())
    }
}
