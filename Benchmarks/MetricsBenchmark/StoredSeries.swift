import Foundation
import Model
import OpsMetrics
import Server
import Store

/// The service's own catalogue, most of whose series are made from rows at each scrape.
struct StoredSeries {
    let folder: String
    let store: Store
    let registry: MetricsRegistry

    /// A store of so many tasks, each with a schedule and a run that has ended, and all that is told of them.
    init(tasks: Int) async throws {
        folder = "\(FileManager.default.currentDirectoryPath)/bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        registry = MetricsRegistry()
        let metrics = CaretakerMetrics(
            registry: registry,
            words: .service(engineOperations: ["ping"], healthChecks: ["db"]),
            build: BuildFacts(version: "0", revision: "0", swiftVersion: "0")
        )
        store = try Store(
            folder: folder,
            clock: SystemWallClock(),
            metrics: metrics.store,
            streamMetrics: metrics.streams
        )
        let limits = Setting(StoreCollectorLimits(concurrency: tasks, deadline: .seconds(3600)))
        StoreCollector(store: store, metrics: metrics, zones: ScheduleZones(standard: "Europe/Berlin"), limits: limits)
            .register()
        try await withThrowingDiscardingTaskGroup { [store] group in
            for index in 0..<tasks { group.addTask { try await Self.fill(store, index) } }
        }
        for run in try await store.admitRuns(caps: Admission.Caps(global: tasks), runtime: .process) {
            try await store.finishRun(run.id, RunEnding(state: .succeeded(nil), detail: nil))
        }
    }

    func remove() async throws {
        try await store.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    private static func fill(_ store: Store, _ index: Int) async throws {
        let steps = [Step(instructions: "i", checks: "")]
        let task = try await store.createTask(
            TaskContent(name: "Task \(index)", steps: steps, settings: TaskSettings())
        )
        let expressions = ["0 2 * * *", "*/5 * * * *", "0 9 * * 1-5", "* * * * *"]
        let content = ScheduleContent(
            name: "Schedule \(index)",
            task: task.id,
            repository: "https://host/r",
            ref: nil,
            expression: expressions[index % expressions.count],
            zone: "Europe/Berlin",
            policy: SchedulePolicy()
        )
        _ = try await store.createSchedule(content, id: Schedule.ID(at: store.clock.now))
        let new = NewRun(task: task.slug, repository: "https://host/r", ref: nil, priority: nil)
        _ = try await store.createRun(new)
    }
}
