import Synchronization

/// Knows how long a stream has been silent.
final class Silence: Sendable {
    private let since = Mutex(ContinuousClock.now)

    /// Notes that something has been sent.
    func end() { since.withLock { $0 = .now } }

    func hasLasted(_ duration: Duration) -> Bool {
        since.withLock { $0.duration(to: .now) >= duration }
    }

    /// Calls `body` whenever there has been silence for so long, until the task is cancelled.
    ///
    /// Something may have been sent by the time that `body` is heard: who hears it looks again.
    func announce(after duration: Duration, _ body: () async -> Void) async {
        while !Task.isCancelled {
            let due = since.withLock { $0 } + duration
            if due <= .now {
                await body()
            } else {
                try? await Task.sleep(until: due)
            }
        }
    }
}
