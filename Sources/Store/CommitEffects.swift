import Model

/// What a commit is to announce: to readers of runs, and to the scheduler.
struct CommitEffects: Sendable {
    /// What readers of one run get, in order.
    enum Item: Sendable {
        case message(Message)
        /// A line that is shown live and never stored.
        case partial([UInt8])
    }

    private(set) var items: [Run.ID: [Item]] = [:]
    /// Runs whose row changed.
    private(set) var changed: Set<Run.ID> = []
    /// Runs that reached a final state.
    private(set) var ended: Set<Run.ID> = []
    /// Whether the queue or the places under the caps changed.
    private(set) var rangBell = false
    /// What changed of schedules, otherwise than by the passing of their slots.
    private(set) var schedules: [ScheduleChange] = []
    /// Whether there are new notices.
    private(set) var hasNotices = false
    /// What is told to those who count.
    private(set) var news: [StoreNews] = []

    mutating func add(_ items: [Item], to run: Run.ID) {
        self.items[run, default: []].append(contentsOf: items)
    }

    /// Notes a run whose row changed to `state`.
    mutating func note(_ run: Run.ID, _ state: RunState) {
        changed.insert(run)
        if state.isFinal { ended.insert(run) }
        if state.isFinal || state.name == .queued { rangBell = true }
    }

    mutating func noteNotice() {
        hasNotices = true
    }

    mutating func tell(_ news: StoreNews) {
        self.news.append(news)
    }

    mutating func note(_ change: ScheduleChange) {
        schedules.append(change)
        // A pause holds queued runs, and its end lets them go.
        rangBell = true
    }

    /// How many messages are stored, by kind.
    var messages: [Message.Kind: Int] {
        var counts: [Message.Kind: Int] = [:]
        for case .message(let message) in items.values.joined() { counts[message.kind, default: 0] += 1 }
        return counts
    }

    mutating func merge(_ other: CommitEffects) {
        items.merge(other.items) { $0 + $1 }
        changed.formUnion(other.changed)
        ended.formUnion(other.ended)
        rangBell = rangBell || other.rangBell
        hasNotices = hasNotices || other.hasNotices
        schedules += other.schedules
        news += other.news
    }
}
