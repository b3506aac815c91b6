import Model
import Scheduler
import Store

/// The line that `systemctl status` shows.
struct StatusLine: Sendable {
    let store: Store
    let pulse: Pulse

    /// What runs, what waits, and which schedule is due next.
    func text() async throws -> String {
        let next = pulse.nextDue
        let counts = try await store.runCounts(andSlugOf: next?.number)
        let runs = "\(counts.active) running, \(counts.queued) queued"
        guard let next, let slug = counts.slug else { return runs }
        return "\(runs); next \(slug) at \(next.due.iso8601)"
    }
}
