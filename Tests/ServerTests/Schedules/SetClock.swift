import Model
import Synchronization

/// A clock that shows what it was set to.
final class SetClock: WallClock {
    private let milliseconds: Atomic<Int64>

    init(_ seconds: Int64) {
        milliseconds = Atomic(seconds * 1000)
    }

    var now: Timestamp { Timestamp(milliseconds: milliseconds.load(ordering: .relaxed)) }

    func advance(by duration: Duration) {
        milliseconds.add(duration.milliseconds, ordering: .relaxed)
    }
}
