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

    /// Side by side, since a dictionary of them would be half empty.
    private var placed: [Placed] = []
    /// Where in `placed` a schedule's number is.
    private var places: [Int64: Int32] = [:]
    private var heap = Heap<Due>()

    var count: Int { placed.count }

    /// When the first one comes due, and whose number it is; nil when none ever does.
    mutating func first() -> (due: Timestamp, number: Int64)? {
        while let first = heap.min {
            if let place = places[first.number], placed[Int(place)].due == first.at { return (first.at, first.number) }
            heap.removeMin()
        }
        return nil
    }

    /// When the first one comes due; nil when none ever does.
    mutating func next() -> Timestamp? { first()?.due }

    /// Puts a schedule in the place of what was known of it.
    mutating func set(_ entry: SlotEntry) {
        let new = Placed(entry: entry, due: entry.due)
        let old: Timestamp?
        if let place = places[entry.number] {
            old = placed[Int(place)].due
            placed[Int(place)] = new
        } else {
            old = nil
            places[entry.number] = Int32(placed.count)
            placed.append(new)
        }
        if let due = new.due, due != old { heap.insert(Due(at: due, number: entry.number)) }
        compact()
    }

    /// Puts many schedules in the place of all that was known.
    mutating func reset(_ entries: [SlotEntry]) {
        placed = entries.map { Placed(entry: $0, due: $0.due) }
        places = [:]
        places.reserveCapacity(entries.count)
        for (place, entry) in entries.enumerated() { places[entry.number] = Int32(place) }
        heap = Heap(placed.compactMap { placed in placed.due.map { Due(at: $0, number: placed.entry.number) } })
    }

    mutating func remove(_ number: Int64) {
        guard let place = places.removeValue(forKey: number), let last = placed.popLast(), last.entry.number != number
        else { return }
        placed[Int(place)] = last
        places[last.entry.number] = place
    }

    /// Takes at most `limit` schedules that have come due off the heap, the earliest first; they stay known and must be
    /// set again.
    mutating func takeDue(by now: Timestamp, limit: Int) -> [SlotEntry] {
        var entries: [SlotEntry] = []
        while entries.count < limit, let next = next(), next <= now {
            guard let due = heap.popMin(), let place = places[due.number] else { continue }
            placed[Int(place)].due = nil
            entries.append(placed[Int(place)].entry)
        }
        return entries
    }

    /// Throws out what is out of date when it has come to be most of the heap.
    private mutating func compact() {
        guard heap.count > 2 * placed.count + 64 else { return }
        heap = Heap(placed.compactMap { placed in placed.due.map { Due(at: $0, number: placed.entry.number) } })
    }
}
