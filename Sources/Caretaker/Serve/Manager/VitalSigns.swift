import Logging
import Model
import Scheduler
import Server
import Store

/// What must work for the service to be told alive: the loop over schedules, the database and the event loops.
struct VitalSigns: Sendable {
    let store: Store
    let pulse: Pulse
    let logger: Logger
    /// How long a sign may take before the log tells of it.
    let patience: Duration
    /// How late the loop over schedules may be.
    let lateness: Duration

    /// Whether all is well; does not return while something hangs, since who hangs is not well.
    func areWell() async -> Bool {
        await told("the database") { await storeAnswers() }
        await told("an event loop") { await EventLoops.answer() }
        let now = store.clock.now
        // A loop that has not looked even once is still starting, which has a time limit of its own.
        guard let time = pulse.lastOnTime(now: now), now - time > lateness else { return true }
        logger.critical(
            "the loop over schedules does not go on",
            metadata: ["message.id": "service_failed", "error": "It is behind since \(time.iso8601)."]
        )
        return false
    }

    /// A write that is refused, for a full disk say, is an answer too.
    private func storeAnswers() async {
        try? await store.check()
    }

    private func told(_ name: String, _ look: @escaping @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await Task.sleep(for: patience)
                } catch {
                    return
                }
                logger.critical(
                    "a vital sign is missing",
                    metadata: ["message.id": "service_failed", "error": "\(name) does not answer"]
                )
            }
            await look()
            group.cancelAll()
        }
    }
}
