import Model
import Scheduler
import Store

/// The line that `systemctl status` shows.
struct StatusLine: Sendable {
    private let store: Store
    private let pulse: Pulse
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    init(store: Store, pulse: Pulse) {
        self.store = store
        self.pulse = pulse
        (bell, ringer) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that it may have changed.
    @Sendable
    func ring() { ringer.yield() }

    /// Told whenever it may have changed; for one listener.
    var changes: AsyncStream<Void> { bell }

    /// What runs, what waits, and which schedule is due next.
    func text() async throws -> String {
        let next = pulse.nextDue
        let counts = try await store.runCounts(andSlugOf: next?.number)
        let runs = "\(counts.active) running, \(counts.queued) queued"
        guard let next, let slug = counts.slug else { return runs }
        return "\(runs); next \(slug) at \(next.due.iso8601)"
    }
}
