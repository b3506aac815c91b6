extension Timetable {
    /// How far ahead gaps may begin: a year and its holidays, with the next slot of those that come yearly.
    private static let horizon: Int64 = 400 * 86_400

    /// The longest gap between slots that follow each other, in seconds; nil with fewer than two slots ahead.
    ///
    /// Exact among the gap that `now` is in, the one after it, and all that begin within 400 days.
    package func longestGap(after now: Int64) -> Int64? {
        guard let first = next(after: now), let second = next(after: first) else { return nil }
        guard let walk else { return second - first }
        let start = previous(before: now + 1) ?? first
        var longest = max(second - first, first - start)
        if let rest = walk.search.dayWithoutSlots(after: now) {
            // A gap of a day at least makes long leaps, so that the year is soon gone through.
            let noon = Int64(rest) * 86_400 + 43_200 - Int64(zone.offset(at: now))
            if let next = next(after: noon), let last = previous(before: next), last >= start {
                longest = max(longest, next - last)
            }
            leap(from: start, through: now + Self.horizon, &longest)
        } else {
            longest = max(longest, walk.search.longestGapOfADay)
            leapOverChanges(from: start, through: now + Self.horizon, &longest)
        }
        return longest
    }

    /// Goes from slot to slot, as far at once as the longest gap that is known, for no longer one begins in between.
    private func leap(from start: Int64, through end: Int64, _ longest: inout Int64) {
        var place = start
        while place <= end {
            if let reached = previous(before: place + longest + 1), reached > place {
                place = reached
            } else {
                guard let next = next(after: place) else { return }
                longest = max(longest, next - place)
                place = next
            }
        }
    }

    /// Looks at the gaps about each change of the clock: between them every day is like the other.
    private func leapOverChanges(from start: Int64, through end: Int64, _ longest: inout Int64) {
        var span = zone.span(at: start - 2 * 86_400)
        while span.end <= end {
            let later = zone.span(at: span.end)
            let settled = span.end + abs(later.offset - span.offset)
            let last = max(previous(before: span.end) ?? start, start)
            if settled >= start { leap(from: last, through: min(settled, end), &longest) }
            span = later
        }
    }
}

extension CalendarSearch {
    /// A day of the next 400 on which nothing matches; nil when each has its matches.
    fileprivate func dayWithoutSlots(after instant: Int64) -> Int? {
        let today = floorDivided(Int(instant), 86_400)
        return (today + 1...today + 400).first { firstDay(from: $0) != $0 }
    }

    /// The longest gap in seconds when every day matches, on a clock that never changes.
    fileprivate var longestGapOfADay: Int64 {
        var longest = 0
        var last = first(from: 0)
        while let minute = last, minute < 1440, let next = first(from: minute + 1) {
            longest = max(longest, next - minute)
            last = next
        }
        return Int64(longest) * 60
    }
}
