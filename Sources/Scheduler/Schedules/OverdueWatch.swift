package import Cron
package import Logging
package import Model
import ServiceLifecycle
package import Store

/// Has it told when schedules become overdue: one timer for the earliest that may.
package struct OverdueWatch: Service {
    private let store: Store
    private let zones: ZoneFiles
    private let clock: any TimerClock
    private let logger: Logger

    /// Makes a watch.
    ///
    /// - Parameters:
    ///   - store: Where schedules and runs are.
    ///   - zones: The host's time zones.
    ///   - clock: Wakes the watch; it must show the store's time.
    ///   - logger: Where it says what it finds.
    package init(store: Store, zones: ZoneFiles, clock: any TimerClock, logger: Logger) {
        self.store = store
        self.zones = zones
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let changes = store.scheduleChanges()
        let inbox = ScheduleInbox()
        let alarm = Alarm(clock: clock)
        ring.yield()
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await change in changes {
                    inbox.put(change)
                    ring.yield()
                }
            }
            group.addTask { await alarm.run { ring.yield() } }
            var list: OverdueList?
            for await _ in bell.cancelOnGracefulShutdown() {
                do {
                    let changes = inbox.take()
                    var present = OverdueList(store: store, zones: zones, logger: logger)
                    if let known = list { present = known } else { try await present.load() }
                    // What cannot be taken in now is read anew the next time.
                    list = nil
                    try await present.take(changes)
                    try await present.look()
                    alarm.set(present.next())
                    list = present
                } catch {
                    logger.error(
                        "schedules cannot be watched",
                        metadata: ["message.id": "store_failed", "error": "\(error)"]
                    )
                    alarm.set(store.clock.now + .seconds(30))
                }
            }
            group.cancelAll()
        }
    }
}

extension OverdueWatch: CustomStringConvertible {
    package var description: String { "OverdueWatch" }
}
