import Foundation
import Glibc
import Synchronization

/// How far something is, on one line of standard error that is written over and goes in the end.
///
/// Where standard error is no terminal there is nothing.
final class ProgressLine: Sendable {
    private static let pace = Duration.milliseconds(100)

    private let isShown: Bool
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init(isQuiet: Bool) {
        isShown = !isQuiet && isatty(STDERR_FILENO) == 1
    }

    /// Shows a text, unless it is too soon after the one before.
    func show(_ text: String) {
        guard isShown else { return }
        let isDue = last.withLock { last in
            if let last, last.duration(to: .now) < Self.pace { return false }
            last = .now
            return true
        }
        if isDue { Self.write("\r\(text)\u{1B}[K") }
    }

    func clear() {
        if isShown { Self.write("\r\u{1B}[K") }
    }

    /// Performs what says nothing of how far it is, and shows how long it takes.
    func ticking<Answer: Sendable>(_ text: String, _ body: () async throws -> Answer) async throws -> Answer {
        guard isShown else { return try await body() }
        let began = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    self.show("\(text) (\(began.duration(to: .now).components.seconds) s)")
                    try await Task.sleep(for: .seconds(1))
                }
            }
            defer {
                group.cancelAll()
                clear()
            }
            return try await body()
        }
    }

    private static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
