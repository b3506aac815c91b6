import Curl
import Logging
import Model
import OpsMetrics
import Store

/// Carries out one attempt and keeps what came of it.
struct Delivery: Sendable {
    /// After how long a notice is given up.
    private static let patience = Duration.seconds(3 * 86_400)

    let store: Store
    let post: NoticePost
    let metrics: NotifyMetrics
    let trouble: Trouble

    func carry(_ notice: Notice) async {
        do {
            switch try await post.send(notice, now: store.clock.now) {
            case .delivered:
                metrics.deliveries["success"].increment()
                trouble.isOver()
                try await store.removeNotice(notice.id)
            case .gone(let error): try await giveUp(notice, error)
            case .failed(let error, let retryAfter):
                trouble.began(error)
                try await postpone(notice, error, retryAfter)
            }
        } catch is CancellationError {
            // It is still in the outbox, for the next start.
        } catch is CurlError {
            // Likewise: the client was shut down.
        } catch {
            // The attempt will be repeated, as a notice is delivered at least once, but not at once.
            trouble.storeFailed(error)
            try? await Task.sleep(for: .seconds(30))
        }
    }

    /// Tells of a notice that nobody gets.
    func tell(_ dropped: DroppedNotice) {
        metrics.deliveries["given_up"].increment()
        trouble.dropped(dropped)
    }

    private func postpone(_ notice: Notice, _ error: String, _ retryAfter: Duration?) async throws {
        let now = store.clock.now
        let end = notice.at + Self.patience
        guard now < end else { return try await giveUp(notice, error) }
        let chance = Double.random(in: 0...1)
        let wait = Backoff.wait(after: notice.attempts + 1, asked: retryAfter, chance: chance)
        metrics.deliveries["failure"].increment()
        // The last attempt is made when its time is up, and not some wait before.
        try await store.postponeNotice(notice.id, until: min(now + wait, end), error: error)
    }

    private func giveUp(_ notice: Notice, _ error: String) async throws {
        var notice = notice
        notice.attempts += 1
        try await store.removeNotice(notice.id)
        tell(DroppedNotice(notice: notice, error: error))
    }
}
