import Cron
import HeapModule
import Logging
import Model
import Store

/// Finds the schedules that become overdue, and knows when the next one may.
///
/// Of each only the instant is kept at which it is to be looked at; the rows say whether it is overdue then. A success
/// puts that off, so nobody need hear of one before.
struct OverdueList {
    /// How many schedules are looked at at once.
    private static let batch = 512
    /// When a schedule is looked at again whose times cannot be read.
    private static let unreadable = Duration.seconds(3600)

    private struct Look: Comparable {
        let at: Timestamp
        let number: Int64

        static func < (left: Look, right: Look) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private let store: Store
    private let zones: ZoneFiles
    private let logger: Logger
    private var looks: [Int64: Timestamp] = [:]
    private var heap = Heap<Look>()

    init(store: Store, zones: ZoneFiles, logger: Logger) {
        self.store = store
        self.zones = zones
        self.logger = logger
    }

    /// When the first schedule is to be looked at; nil for never.
    mutating func next() -> Timestamp? {
        while let first = heap.min {
            if looks[first.number] == first.at { return first.at }
            heap.removeMin()
        }
        return nil
    }

    /// Looks at all schedules.
    mutating func load() async throws {
        looks = [:]
        heap = Heap()
        let pauseOfAll = try await store.pauseOfAll()
        // Its end is heard of.
        guard pauseOfAll.pause == nil else { return }
        var last: Int64 = 0
        while true {
            let page = try await store.watchedSchedules(afterNumber: last, limit: Self.batch)
            guard let end = page.last?.schedule.number else { return }
            last = end
            try await look(at: page, pauseOfAll.paused)
        }
    }

    /// Looks again at what a change names.
    mutating func take(_ changes: [ScheduleChange]) async throws {
        if changes.contains(.all) { return try await load() }
        var numbers: Set<Int64> = []
        for case .one(let number) in changes { numbers.insert(number) }
        try await look(at: Array(numbers))
    }

    /// Looks at the schedules whose time has come.
    mutating func look() async throws {
        while true {
            let now = store.clock.now
            var numbers: [Int64] = []
            while numbers.count < Self.batch, let next = next(), next <= now, let look = heap.popMin() {
                numbers.append(look.number)
            }
            if numbers.isEmpty { return }
            try await look(at: numbers)
        }
    }

    private mutating func look(at numbers: [Int64]) async throws {
        guard !numbers.isEmpty else { return }
        for number in numbers { looks[number] = nil }
        let pauseOfAll = try await store.pauseOfAll()
        guard pauseOfAll.pause == nil else { return }
        try await look(at: try await store.watchedSchedules(numbers: numbers), pauseOfAll.paused)
    }

    private mutating func look(at schedules: [WatchedSchedule], _ pauseOfAll: Absence?) async throws {
        let now = store.clock.now
        var overdue: [WatchedSchedule] = []
        // What was told is over with a success, of which is heard.
        for watched in schedules where watched.schedule.pause == nil && !watched.isTold {
            guard let deadline = deadline(watched, pauseOfAll, now) else { continue }
            if deadline <= now {
                overdue.append(watched)
            } else {
                place(watched.schedule.number, at: deadline)
            }
        }
        if !overdue.isEmpty { try await tell(overdue, now) }
    }

    private mutating func place(_ number: Int64, at instant: Timestamp) {
        looks[number] = instant
        heap.insert(Look(at: instant, number: number))
    }

    private mutating func tell(_ overdue: [WatchedSchedule], _ now: Timestamp) async throws {
        let told = try await store.tellOverdue(overdue)
        for watched in told {
            logger.warning(
                "a schedule is overdue",
                metadata: [
                    "message.id": "schedule_overdue", "schedule.id": "\(watched.schedule.id)",
                    "task.id": "\(watched.schedule.content.task)",
                    "last.success": "\(watched.lastSuccess?.iso8601 ?? "never")",
                ]
            )
        }
        // What was not told has changed meanwhile, and not every change is heard of: a run may have succeeded.
        let done = Set(told.map(\.schedule.number))
        for number in overdue.map(\.schedule.number) where !done.contains(number) {
            place(number, at: now + .seconds(1))
        }
    }

    private func deadline(_ watched: WatchedSchedule, _ pauseOfAll: Absence?, _ now: Timestamp) -> Timestamp? {
        let content = watched.schedule.content
        do {
            let expression = try CronExpression(content.expression, key: watched.schedule.id.rawValue)
            let timetable = try Timetable(expression, zone: zones.zone(content.zone))
            return OverdueRule.deadline(watched, timetable, pauseOfAll: pauseOfAll, now: now)
        } catch {
            return now + Self.unreadable
        }
    }
}
