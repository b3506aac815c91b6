import Store
import Synchronization

/// Changes that were not looked at yet.
final class ScheduleInbox: Sendable {
    private let changes = Mutex<[ScheduleChange]>([])

    func put(_ change: ScheduleChange) {
        changes.withLock { $0.append(change) }
    }

    func take() -> [ScheduleChange] {
        changes.withLock { changes in
            defer { changes = [] }
            return changes
        }
    }
}
