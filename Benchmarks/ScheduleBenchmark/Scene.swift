import Cron
import Foundation
import Logging
import Model
import Scheduler
import ServiceLifecycle
import Store

/// A store on disk with a task, and the loop on the machine's clock.
struct Scene: Sendable {
    let store: Store
    let task: AgentTask

    /// Runs `body` with a scene that is gone afterwards.
    static func with(_ body: (Scene) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/caretaker-benchmark-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store(folder: folder, clock: SystemWallClock())
        let steps = [Step(instructions: "Tidy up.", checks: "")]
        let task = try await store.createTask(TaskContent(name: "Tidy", steps: steps, settings: TaskSettings()))
        try await body(Scene(store: store, task: task))
        try await store.close()
    }

    /// Makes schedules, 64 at a time.
    func makeSchedules(_ count: Int, _ expression: @Sendable (Int) -> String) async throws {
        for start in stride(from: 0, to: count, by: 512) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(count, start + 512) {
                    let content = ScheduleContent(
                        name: "Nightly \(number)",
                        task: task.id,
                        repository: "https://example.org/r.git",
                        ref: nil,
                        expression: expression(number),
                        zone: "Europe/Berlin",
                        policy: SchedulePolicy()
                    )
                    group.addTask { [store] in
                        _ = try await store.createSchedule(content, id: Schedule.ID(at: store.clock.now))
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Serves the schedules while `body` runs.
    func whileServing(_ body: () async throws -> Void) async throws {
        let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let loop = ScheduleLoop(
            store: store,
            zones: ZoneFiles(),
            clock: RealtimeClock(),
            queueLimit: Setting(.max),
            logger: logger
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [loop], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
