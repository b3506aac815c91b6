import Curl
import Foundation
import Logging
import Model
import OpsMetrics
import ServiceLifecycle
import Store
import TestSupport

@testable import Notify

/// A store whose notices a courier delivers, under a clock that a test moves.
final class CourierStory: Sendable {
    static let start = Timestamp(seconds: 1_767_571_200)

    let folder: String
    let clock = SimulatedClock(CourierStory.start)
    let store: Store
    let log = LogCapture()
    let metrics = CaretakerMetrics(
        registry: MetricsRegistry(),
        words: CaretakerWords(),
        build: BuildFacts(version: "1", revision: "r", swiftVersion: "6")
    )

    init() throws {
        folder = "\(FileManager.default.temporaryDirectory.path)/caretaker-courier-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store(folder: folder, clock: clock, notices: Set(Notice.Event.allCases))
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Ends new runs, each of a task of its own.
    func end(_ state: RunState = .failed(.agentError), count: Int = 1) async throws {
        for number in 0..<count {
            let steps = [Step(instructions: "Tidy up.", checks: "")]
            let content = TaskContent(name: "Task \(number)", steps: steps, settings: TaskSettings())
            let task = try await store.createTask(content)
            let run = try await store.createRun(NewRun(task: task.slug, repository: "r", ref: nil, priority: nil))
            _ = try await store.admitRuns(caps: .init(global: .max), runtime: .process)
            try await store.finishRun(run.id, RunEnding(state: state, detail: "So."))
        }
    }

    /// How many attempts came to a result.
    func count(_ result: String) -> Int { Int(metrics.notify.deliveries[result].value) }

    /// What a scrape shows.
    func exposition() async -> String { String(decoding: await metrics.registry.scrape(.text), as: UTF8.self) }

    /// Waits until nothing is in the outbox.
    func emptied() async throws {
        try await waitUntil { try await store.waitingNotices().count == 0 }
    }

    /// Runs `body` beside a courier, which then ends as the service does.
    func deliver(
        to url: String,
        secret: String? = nil,
        limit: Duration = .seconds(15),
        _ body: (ServiceGroup) async throws -> Void
    ) async throws {
        guard let webhook = Webhook(url: url, secret: secret.flatMap(SigningSecret.init)) else { throw NoWebhook() }
        let curl = try CurlClient(environmentProxies: false)
        let courier = Courier(
            store: store,
            post: NoticePost(webhook: webhook, curl: curl, limit: limit),
            clock: clock,
            metrics: metrics.notify,
            logger: log.logger
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [courier], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await curl.shutdown()
    }

    struct NoWebhook: Error {}
}
