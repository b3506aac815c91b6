import Foundation
import Model

@testable import OpsMetrics

/// The catalogue with the words that the service has.
struct Scene {
    let metrics: CaretakerMetrics
    let rpc: RPCMetrics

    init(registry: MetricsRegistry = MetricsRegistry(now: { 1_700_000_000.5 })) {
        metrics = CaretakerMetrics(registry: registry, words: Self.words, build: Self.build)
        rpc = RPCMetrics(
            registry,
            procedures: ["runs.create", "runs.list"],
            codes: ["NOT_FOUND", "INTERNAL_SERVER_ERROR"]
        )
    }

    static var build: BuildFacts { BuildFacts(version: "1.2.3", revision: "abc", swiftVersion: "6.3.1") }

    static var words: CaretakerWords {
        var words = CaretakerWords()
        words.activeStates = ["starting", "running"]
        words.finalStates = ["succeeded", "failed", "cancelled", "timed_out", "lost"]
        words.waitings = RunState.Waiting.allCases.map(\.rawValue)
        words.failureReasons = FailureReason.allCases.map(\.rawValue)
        words.timeLimits = RunState.TimeLimit.allCases.map(\.rawValue)
        words.triggers = RunOrigin.Trigger.allCases.map(\.rawValue)
        words.skipReasons = SkipReason.allCases.map(\.rawValue)
        words.instanceStates = Instance.State.allCases.map(\.rawValue)
        words.messageKinds = Message.Kind.allCases.map(\.rawValue)
        words.models = ["claude-opus", "claude-sonnet"]
        words.routes = ["/trpc/{procedure}", "/runs/{id}/events", "/metrics"]
        words.engineOperations = ["ping", "create", "start"]
        words.healthChecks = ["db", "scheduler", "engine", "disk", "image", "files"]
        return words
    }

    /// Has a sample of every collected family given at each scrape.
    func collectEverything(tasks: [String] = ["tidy", "update"]) {
        let metrics = metrics
        metrics.registry.collect("store") {
            var all = Collected()
            let schedules = metrics.schedules
            for name in tasks {
                all.add(schedules.info, "\(name)-nightly", name, "0 2 * * *", "UTC", "skip", value: 1)
                for family in [
                    schedules.created, schedules.activeSince, schedules.paused, schedules.nextSlot, schedules.interval,
                    schedules.lastSuccess, schedules.lastFailure,
                ] { all.add(family, "\(name)-nightly", value: 1.5) }
                let task = metrics.tasks
                for family in [
                    task.created, task.timeout, task.lastSuccess, task.lastFailure, task.lastDuration,
                    task.consecutiveFailures, task.activeRuns, task.oldestActiveStart, task.cost,
                ] { all.add(family, name, value: 2) }
                for state in Scene.words.finalStates { all.add(task.finished, name, state, value: 3) }
            }
            for state in ["active", "paused", "invalid"] { all.add(schedules.schedules, state, value: 1) }
            for state in Scene.words.activeStates { all.add(metrics.runs.active, state, value: 1) }
            for waiting in Scene.words.waitings + ["none"] { all.add(metrics.runs.queued, waiting, value: 0) }
            for state in Scene.words.instanceStates { all.add(metrics.instances.instances, state, value: 0) }
            for check in Scene.words.healthChecks { all.add(metrics.service.health, check, value: 1) }
            for file in ["main", "wal"] { all.add(metrics.store.size, file, value: 4096) }
            all.add(metrics.engine.info, "28.0", "1.51", value: 1)
            for family in [
                metrics.tasks.tasks, metrics.runs.concurrencyLimit, metrics.runs.oldestQueued,
                metrics.store.writesWaiting, metrics.store.schemaVersion, metrics.service.filesystemAvailable,
                metrics.service.filesystemSize, metrics.notify.pending, metrics.notify.oldestPending,
            ] { all.add(family, value: 7) }
            return all
        }
    }

    func parsed(_ format: ExpositionFormat = .text) async throws -> ParsedExposition {
        try await metrics.registry.parsed(format)
    }

    static var folder: URL {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("systemd/prometheus")
    }
}

extension MetricsRegistry {
    func parsed(_ format: ExpositionFormat = .text) async throws -> ParsedExposition {
        try ParsedExposition(await scrape(format), openMetrics: format.isOpenMetrics)
    }

    /// The lines of an exposition that begin so.
    func lines(_ start: String, _ format: ExpositionFormat = .text) async -> [String] {
        String(decoding: await scrape(format), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(start) }
    }
}
