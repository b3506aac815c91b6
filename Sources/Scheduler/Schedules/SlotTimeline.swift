import HeapModule
import Model

/// All schedules that may come due, in the order in which they will.
struct SlotTimeline {
    private struct Due: Comparable {
        let at: Timestamp
        let number: Int64

        static func < (left: Due, right: Due) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private struct Placed {
        var entry: SlotEntry
        /// Where in the heap it stands; what stands there otherwise is out of date.
        var due: Timestamp?
    }

    private var placed: [Int64: Placed] = [:]
    private var heap = Heap<Due>()

    var count: Int { placed.count }

    /// When the first one comes due; nil when none ever does.
    mutating func next() -> Timestamp? {
        while let first = heap.min {
            if placed[first.number]?.due == first.at { return first.at }
            heap.removeMin()
        }
        return nil
    }

    /// Puts a schedule in the place of what was known of it.
    mutating func set(_ entry: SlotEntry) {
        let due = entry.due
        if let due, placed[entry.number]?.due != due { heap.insert(Due(at: due, number: entry.number)) }
        placed[entry.number] = Placed(entry: entry, due: due)
        compact()
    }

    /// Puts many schedules in the place of all that was known.
    mutating func reset(_ entries: some Sequence<SlotEntry>) {
        placed = [:]
        var all: [Due] = []
        for entry in entries {
            let due = entry.due
            placed[entry.number] = Placed(entry: entry, due: due)
            if let due { all.append(Due(at: due, number: entry.number)) }
        }
        heap = Heap(all)
    }

    mutating func remove(_ number: Int64) {
        placed[number] = nil
    }

    /// Takes out at most `limit` schedules that have come due, the earliest first.
    mutating func takeDue(by now: Timestamp, limit: Int) -> [SlotEntry] {
        var entries: [SlotEntry] = []
        while entries.count < limit, let next = next(), next <= now {
            guard let due = heap.popMin(), let entry = placed.removeValue(forKey: due.number)?.entry else { continue }
            entries.append(entry)
        }
        return entries
    }

    /// All schedules, for a change that touches each.
    var entries: [SlotEntry] { placed.values.map(\.entry) }

    /// Throws out what is out of date when it has come to be most of the heap.
    private mutating func compact() {
        guard heap.count > 2 * placed.count + 64 else { return }
        heap = Heap(placed.compactMap { number, placed in placed.due.map { Due(at: $0, number: number) } })
    }
}
