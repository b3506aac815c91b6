import CLinux
import Foundation
import Glibc
import Synchronization

/// Tells that something has changed in a folder, once it has been quiet there for a moment.
///
/// A thread waits for the kernel's notices (inotify); nothing is looked at while nothing changes.
final class FolderEvents: Sendable {
    /// How long nothing must happen, and after how long nobody waits for that any longer.
    struct Patience: Sendable {
        var quiet = Duration.milliseconds(500)
        var limit = Duration.seconds(10)
    }

    /// What is told.
    enum Change: Hashable, Sendable {
        case settled
        /// It goes on and on: what is missing now may yet be written.
        case unsettled
    }

    /// Something has changed since the last look; that it did so twice before a look is told once.
    let changes: AsyncStream<Change>

    private let queue: FolderWatches
    private let bell: CInt
    private let ringer: Mutex<CInt?>
    private let continuation: AsyncStream<Change>.Continuation

    init(_ patience: Patience = Patience()) {
        var ends: [CInt] = [-1, -1]
        // Without it nobody can ring, and the thread ends at once.
        if caretaker_pipe(&ends) != 0 { ends = [-1, -1] }
        bell = ends[0]
        ringer = Mutex(ends[1] < 0 ? nil : ends[1])
        queue = FolderWatches()
        (changes, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingNewest(1))
        Thread.detachNewThread { [self] in
            var change: Change? = .settled
            while let last = change {
                change = hear(patience, isAwaited: last == .settled)
                if let change { continuation.yield(change) }
            }
            continuation.finish()
        }
    }

    deinit {
        if bell >= 0 { close(bell) }
    }

    /// Watches a folder, all in it, and every way by which another folder may take its place; nil for none.
    ///
    /// - Parameter root: The folder's path, absolute; it need not be there.
    /// - Returns: Why changes will not be noticed, if so.
    func watch(_ root: String?) -> String? { queue.watch(root) }

    /// Has a change told although there is none.
    func ring() {
        ringer.withLock { end in
            guard let end else { return }
            var byte: UInt8 = 1
            _ = write(end, &byte, 1)
        }
    }

    /// Ends the changes.
    func stop() {
        ringer.withLock { end in
            if let end { close(end) }
            end = nil
        }
    }

    /// Waits for a change, unless one is known to go on, and for the quiet after it; answers nil at the end.
    private func hear(_ patience: Patience, isAwaited: Bool) -> Change? {
        while isAwaited {
            switch wait(for: nil) {
            case .end: return nil
            case .bell: break
            case .nothing: continue
            case .events: if queue.takeEvents() { break } else { continue }
            }
            break
        }
        let limit = ContinuousClock.now + patience.limit
        var quiet = ContinuousClock.now + patience.quiet
        while ContinuousClock.now < min(quiet, limit) {
            switch wait(for: ContinuousClock.now.duration(to: min(quiet, limit))) {
            case .end: return nil
            case .nothing: continue
            case .bell: quiet = ContinuousClock.now + patience.quiet
            // What is told of a folder on the way may be of no interest.
            case .events: if queue.takeEvents() { quiet = ContinuousClock.now + patience.quiet }
            }
        }
        return quiet <= limit ? .settled : .unsettled
    }

    private enum Wake {
        case events
        case bell
        case nothing
        case end
    }

    private func wait(for limit: Duration?) -> Wake {
        var files = [
            pollfd(fd: queue.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = limit.map { CInt(max(0, $0 / .milliseconds(1)).rounded(.up)) } ?? -1
        while poll(&files, 2, milliseconds) < 0 { guard errno == EINTR else { return .end } }
        if files[1].revents != 0 || bell < 0 {
            var byte: UInt8 = 0
            return bell >= 0 && read(bell, &byte, 1) == 1 ? .bell : .end
        }
        return files[0].revents != 0 ? .events : .nothing
    }
}
