import Journal
import Logging
import OpsMetrics
import ServiceLifecycle

/// Tells the service manager when the service is ready, what it does, and that it lives.
struct ManagerLink: ServiceLifecycle.Service, CustomStringConvertible {
    let manager: SystemdNotify
    let readiness: Readiness
    let status: StatusLine
    let signs: VitalSigns
    let metrics: ServiceMetrics
    let logger: Logger

    var description: String { "ManagerLink" }

    /// The shortest time between two lines of status.
    private static let pause = Duration.seconds(1)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            await readiness.wait()
            guard !Task.isCancelled else { return }
            logger.info("ready", metadata: ["message.id": "service_ready"])
            guard manager.isHeard else { return try await gracefulShutdown() }
            manager.ready(try? await status.text())
            await withDiscardingTaskGroup { group in
                group.addTask { await tell() }
                if let interval = manager.watchdogInterval { group.addTask { await watch(every: interval / 2) } }
            }
        }
    }

    /// A line of status after each change, but not more often than people read.
    private func tell() async {
        var told: String?
        for await _ in status.changes {
            let text = try? await status.text()
            if let text, text != told { manager.status(text) }
            told = text ?? told
            try? await Task.sleep(for: Self.pause)
        }
    }

    private func watch(every interval: Duration) async {
        while !Task.isCancelled {
            if await signs.areWell(), manager.watchdog() { metrics.watchdogPing.set(WallTime.seconds()) }
            try? await Task.sleep(for: interval)
        }
    }
}
