import GRDB
import Synchronization

/// Counts the commits that changed some tables.
///
/// Whoever was told that a write is done finds it counted.
package final class ChangeCount: Sendable {
    private let commits = Atomic<Int>(0)

    package var current: Int { commits.load(ordering: .acquiring) }

    fileprivate func add() { commits.add(1, ordering: .releasing) }
}

extension Store {
    /// Counts the changes of tasks for as long as the store is open.
    package func taskChanges() -> ChangeCount {
        let count = ChangeCount()
        let observer = TableObserver(tables: ["task", "taskVersion"], count: count)
        pool.add(transactionObserver: observer, extent: .databaseLifetime)
        return count
    }
}

/// Hears of every change on the writer's connection; it is called there and nowhere else.
private final class TableObserver: TransactionObserver {
    private let tables: Set<String>
    private let count: ChangeCount
    private var isChanged = false

    init(tables: Set<String>, count: ChangeCount) {
        self.tables = tables
        self.count = count
    }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { tables.contains(eventKind.tableName) }

    func databaseDidChange(with event: DatabaseEvent) {
        isChanged = true
        // The first change of a transaction says all.
        stopObservingDatabaseChangesUntilNextTransaction()
    }

    func databaseDidCommit(_ db: Database) {
        if isChanged { count.add() }
        isChanged = false
    }

    func databaseDidRollback(_ db: Database) {
        isChanged = false
    }
}
