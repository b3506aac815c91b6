import Synchronization

/// A count that a server's thread raises while a test looks.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    @discardableResult
    func add(_ amount: Int) -> Int {
        count.withLock { count in
            count += amount
            return count
        }
    }
}
