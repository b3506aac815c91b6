package import Logging
package import Model
package import OpsMetrics
import ServiceLifecycle
package import Store
import Synchronization

/// Delivers the notices of the outbox, each at least once, some at a time.
///
/// A bell tells of new ones and an alarm of those that are tried again; what was not delivered when the service ends is
/// there at its next start. Nothing waits for a receiver but its own notices.
package struct Courier: Service {
    /// How many notices are on their way at once, and how many may wait.
    private static let mostAtOnce = 4
    private static let mostWaiting = 10_000
    /// How long a notice on its way has when the service is to end.
    private static let grace = Duration.seconds(2)

    private let store: Store
    private let clock: any TimerClock
    private let delivery: Delivery
    private let logger: Logger

    /// Makes a courier.
    ///
    /// - Parameters:
    ///   - store: Where the outbox is.
    ///   - post: What sends notices.
    ///   - clock: Wakes the courier; it must show the store's time.
    ///   - metrics: Where attempts are counted.
    ///   - logger: Where it says how deliveries fare.
    package init(
        store: Store,
        post: NoticePost,
        clock: any TimerClock,
        metrics: NotifyMetrics,
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.logger = logger
        let trouble = Trouble(host: post.webhook.host, logger: logger)
        delivery = Delivery(store: store, post: post, metrics: metrics, trouble: trouble)
    }

    package func run() async throws {
        let (calls, call) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let bell = store.noticeBell()
        let alarm = Alarm(clock: clock)
        await withDiscardingTaskGroup { group in
            group.addTask { for await _ in bell { call.yield() } }
            group.addTask { await alarm.run { call.yield() } }
            await deliver(calls, alarm) { call.yield() }
            group.cancelAll()
        }
    }

    /// Delivers what is due at each call; ends with the service, and returns when nothing is on its way any more.
    private func deliver(
        _ calls: AsyncStream<Void>,
        _ alarm: Alarm,
        _ call: @escaping @Sendable () -> Void
    ) async {
        let underway = Underway()
        await withDiscardingTaskGroup { group in
            for await _ in calls.cancelOnGracefulShutdown() {
                do {
                    for dropped in try await store.trimNotices(to: Self.mostWaiting) { delivery.tell(dropped) }
                    let room = Self.mostAtOnce - underway.notices.count
                    let due = room > 0 ? try await store.dueNotices(limit: room, but: underway.notices) : []
                    for notice in due {
                        underway.add(notice.id)
                        group.addTask {
                            await carry(notice)
                            underway.remove(notice.id)
                            call()
                        }
                    }
                    // Without room the end of one that is on its way calls.
                    let isFull = underway.notices.count >= Self.mostAtOnce
                    alarm.set(isFull ? nil : try await store.nextNoticeAttempt(but: underway.notices))
                } catch {
                    logger.error(
                        "notices cannot be read",
                        metadata: ["message.id": "store_failed", "error": "\(error)"]
                    )
                    alarm.set(store.clock.now + .seconds(30))
                }
            }
        }
    }

    /// Delivers a notice, in the time that there is.
    private func carry(_ notice: Notice) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await delivery.carry(notice) }
            group.addTask {
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: Self.grace)
                } catch {
                    // The notice has arrived, or the service ends at once.
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

extension Courier: CustomStringConvertible {
    package var description: String { "Courier" }
}

/// The notices that are on their way.
private final class Underway: Sendable {
    private let ids = Mutex<Set<Notice.ID>>([])

    var notices: Set<Notice.ID> { ids.withLock { $0 } }

    func add(_ id: Notice.ID) {
        ids.withLock { _ = $0.insert(id) }
    }

    func remove(_ id: Notice.ID) {
        ids.withLock { _ = $0.remove(id) }
    }
}
