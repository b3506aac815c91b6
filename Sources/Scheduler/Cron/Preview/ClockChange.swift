/// What a change of the zone's clock does to a schedule's starts.
package struct ClockChange: Sendable, Hashable, CustomStringConvertible {
    /// What happens to the starts.
    package enum Effect: String, Sendable, Hashable {
        /// They are skipped by the clock and become one start just after.
        case moved
        /// They are skipped by the clock and do not happen.
        case lost
        /// They come twice, since the clock shows their time twice.
        case doubled
    }

    /// The day on the zone's clock, as `2026-03-08`.
    package let date: String
    package let effect: Effect
    /// When the clock changes.
    package let instant: Int64
    /// The times on the clock that it happens to, as `02:30`; the first few of `count`.
    package let times: [String]
    /// How many there are.
    package let count: Int
    /// Where the clock is set from and to; for `moved`, `to` is when the start happens instead.
    package let from: String
    package let to: String
    /// The day has no other start.
    package let takesTheWholeDay: Bool

    package var description: String {
        let shown = count > times.count ? "\(times.joined(separator: ", ")) … (\(count) starts)" : English.list(times)
        let isOne = count == 1
        switch effect {
        case .moved:
            return
                "\(date): \(shown) \(isOne ? "does" : "do") not exist; \(isOne ? "it starts" : "they start once") at \(to)"
        case .lost:
            let rest = takesTheWholeDay ? ", and the day has no other start" : ""
            return "\(date): \(shown) \(isOne ? "does not exist and is" : "do not exist and are") lost\(rest)"
        case .doubled:
            return "\(date): \(shown) \(isOne ? "comes" : "come") twice and \(isOne ? "starts" : "start") both times"
        }
    }
}

extension Timetable {
    /// How many times of a change are written out.
    private static let shownTimes = 6

    /// The changes of the clock after an instant, up to another, at which starts move, are lost or double.
    ///
    /// An expression that fires in every hour keeps its pace when the clock changes by whole hours: nothing is told.
    package func clockChanges(after: Int64, until: Int64) -> [ClockChange] {
        guard let walk else { return [] }
        var changes: [ClockChange] = []
        var span = zone.span(at: max(after, Self.firstInstant))
        while span.end <= min(until, Self.lastInstant) {
            let next = zone.span(at: span.end)
            if let change = change(walk, from: span, to: next) { changes.append(change) }
            span = next
        }
        return changes
    }

    private func change(_ walk: CalendarWalk, from old: Zone.Span, to new: Zone.Span) -> ClockChange? {
        let shift = new.offset - old.offset
        let keepsPace = walk.search.fields.hours == CronFields.everyHour && shift % 3600 == 0
        if walk.isFixed ? shift < 0 : keepsPace { return nil }
        let before = ceilDivided(Int(new.start + old.offset), 60)
        let after = ceilDivided(Int(new.start + new.offset), 60)
        let affected = walk.search.matches(from: min(before, after), to: max(before, after))
        guard let first = affected.first else { return nil }
        let isMoved = walk.isFixed && shift <= CalendarWalk.longestGap
        let midnight = floorDivided(first, 1440) * 1440
        let others =
            walk.search.matches(from: midnight, to: min(before, after)).count
            + walk.search.matches(from: max(before, after), to: midnight + 1440).count
        return ClockChange(
            date: Self.wallClock(first).date,
            effect: shift < 0 ? .doubled : isMoved ? .moved : .lost,
            instant: new.start,
            times: affected.prefix(Self.shownTimes).map { Self.wallClock($0).time },
            count: affected.count,
            from: Self.wallClock(before).time,
            to: Self.wallClock(after).time,
            takesTheWholeDay: shift > 0 && !isMoved && others == 0
        )
    }

    private static func wallClock(_ minute: Int) -> LocalTime { LocalTime(instant: Int64(minute) * 60, offset: 0) }
}

extension CalendarSearch {
    /// Every match from one minute up to another, which is left out.
    func matches(from: Int, to: Int) -> [Int] {
        var (place, found) = (from, [Int]())
        while place < to, let match = first(from: place), match < to {
            found.append(match)
            place = match + 1
        }
        return found
    }
}
