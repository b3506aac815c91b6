import NIOCore
import Synchronization

/// Cuts the connection of a reader that takes nothing for too long.
final class StallWatch: Sendable {
    private let deadline: Duration
    private let channel: any Channel
    /// When the write that is under way began.
    private let began = Mutex<ContinuousClock.Instant?>(nil)
    private let cut = Atomic(false)

    init(deadline: Duration, channel: any Channel) {
        self.deadline = deadline
        self.channel = channel
    }

    /// Notes that a write begins.
    func begin() { began.withLock { $0 = .now } }

    /// Notes that the write is done.
    func end() { began.withLock { $0 = nil } }

    var hasCut: Bool { cut.load(ordering: .relaxed) }

    /// Returns after it has closed the connection because a write took too long, or when the task is cancelled.
    func watch() async {
        while (try? await Task.sleep(for: deadline / 2)) != nil {
            guard let began = began.withLock({ $0 }), began.duration(to: .now) > deadline else { continue }
            cut.store(true, ordering: .relaxed)
            return channel.close(promise: nil)
        }
    }
}
