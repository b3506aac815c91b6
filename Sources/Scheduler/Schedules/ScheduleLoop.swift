package import Cron
package import Logging
package import Model
import ServiceLifecycle
package import Store

/// Makes runs of the slots of all schedules as they come due: one timer for the earliest of them.
package struct ScheduleLoop: Service {
    private let store: Store
    private let zones: ZoneFiles
    private let clock: any TimerClock
    private let queueLimit: Setting<Int>
    private let failpoints: Failpoints
    private let logger: Logger
    private let pulse: Pulse

    /// Makes a loop.
    ///
    /// - Parameters:
    ///   - store: Where schedules and runs are.
    ///   - zones: The host's time zones.
    ///   - clock: Wakes the loop; it must show the store's time.
    ///   - queueLimit: How many runs may wait; slots beyond it are skipped.
    ///   - logger: Where it says what it does.
    ///   - pulse: Told that it is on time.
    ///   - failpoints: Where tests have it die.
    package init(
        store: Store,
        zones: ZoneFiles,
        clock: any TimerClock,
        queueLimit: Setting<Int>,
        logger: Logger,
        pulse: Pulse = Pulse(),
        failpoints: Failpoints = .fromEnvironment()
    ) {
        self.store = store
        self.zones = zones
        self.clock = clock
        self.queueLimit = queueLimit
        self.logger = logger
        self.pulse = pulse
        self.failpoints = failpoints
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
            var keeper: SlotKeeper?
            var pause = Duration.seconds(1)
            for await _ in bell.cancelOnGracefulShutdown() {
                do {
                    let began = ContinuousClock.now
                    let changes = inbox.take()
                    var present = if let keeper { keeper } else { try await load() }
                    // What is not taken in now must be read from the rows: nothing of it may be lost.
                    keeper = nil
                    try await present.take(changes)
                    defer { keeper = present }
                    try await present.fire()
                    let next = present.next()
                    alarm.set(next)
                    pulse.looked(
                        at: store.clock.now,
                        next: next,
                        nextDue: present.nextDue(),
                        took: began.duration(to: .now)
                    )
                    pause = .seconds(1)
                } catch let error as StoreError where error.code == .noRoom {
                    // What is due stays so until there is room, and is then made up for as after an absence.
                    pulse.looked(at: store.clock.now, next: nil, nextDue: nil, took: .zero)
                    try? await Task.sleep(for: .seconds(1))
                    ring.yield()
                } catch {
                    logger.error(
                        "schedules cannot be served",
                        metadata: ["message.id": "store_failed", "error": "\(error)"]
                    )
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .seconds(30))
                    ring.yield()
                }
            }
            group.cancelAll()
        }
    }

    private func load() async throws -> SlotKeeper {
        var keeper = SlotKeeper(
            store: store,
            zones: zones,
            queueLimit: queueLimit,
            failpoints: failpoints,
            logger: logger,
            pulse: pulse
        )
        try await keeper.load()
        logger.info("the schedules are ready", metadata: ["schedules": "\(keeper.count)"])
        return keeper
    }
}

extension ScheduleLoop: CustomStringConvertible {
    package var description: String { "ScheduleLoop" }
}
