import Foundation

/// Holds a server's thread until a test opens it.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func block() { semaphore.wait() }
}
