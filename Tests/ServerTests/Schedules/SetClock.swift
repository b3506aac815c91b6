import Model
import Synchronization

/// A clock that shows what it was set to.
final class SetClock: WallClock {
    private let milliseconds: Atomic<Int64>
    private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)

    init(_ seconds: Int64) {
        milliseconds = Atomic(seconds * 1000)
    }

    var now: Timestamp {
        waiting.withLock { $0.take() }?.resume()
        return Timestamp(milliseconds: milliseconds.load(ordering: .relaxed))
    }

    /// Returns as soon as somebody looks at it; for one caller at a time.
    func look() async {
        await withCheckedContinuation { continuation in waiting.withLock { $0 = continuation } }
    }

    func advance(by duration: Duration) {
        milliseconds.add(duration.milliseconds, ordering: .relaxed)
    }
}
