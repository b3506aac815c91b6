/// Walks from one span of a zone to the next to turn wall-clock matches into instants.
struct CalendarWalk {
    let search: CalendarSearch
    let zone: Zone

    /// Longer gaps lose what they swallow.
    static let longestGap: Int64 = 3 * 3600
    /// Farther than any change of a clock: beyond it a match needs no look at the spans between.
    private static let far: Int64 = 3 * 86_400

    /// Starts at particular times, each at most once a day.
    @inline(__always)
    var isFixed: Bool { !search.fields.followsElapsedTime }

    @inline(__always)
    func next(after instant: Int64) -> Int64? {
        let span = zone.span(at: instant)
        var minute = floorDivided(Int(instant &+ span.offset), 60) &+ 1
        if span.previousOffset > span.offset, isFixed { minute = max(minute, firstMinuteAfterCopy(span)) }
        guard let match = search.first(from: minute) else { return nil }
        let found = Int64(match) &* 60 &- span.offset
        return found < span.end ? found : next(beyond: span, match)
    }

    /// The search when the first match on the wall clock is not in the span.
    private func next(beyond first: Zone.Span, _ firstMatch: Int) -> Int64? {
        var (span, match) = (first, firstMatch)
        var hasCrossed = false
        while true {
            let found = Int64(match) * 60 - span.offset
            if found < span.end { return found }
            if hasCrossed, found - span.end > Self.far {
                span = zone.span(at: found - 2 * 86_400)
                continue
            }
            let old = span
            span = zone.span(at: old.end)
            hasCrossed = true
            let start = ceilDivided(Int(span.start + span.offset), 60)
            if span.offset < old.offset {
                // The clock went back: minutes before the match come a second time.
                guard !isFixed else { continue }
            } else {
                guard match < start else { continue }
                if isFixed, span.offset - old.offset <= Self.longestGap { return Int64(start) * 60 - span.offset }
            }
            guard let again = search.first(from: start) else { return nil }
            match = again
        }
    }

    @inline(__always)
    func previous(before instant: Int64) -> Int64? {
        var span = zone.span(at: instant &- 1)
        var minute = floorDivided(Int(instant &+ span.offset &- 1), 60)
        if span.previousOffset > span.offset, isFixed, minute < firstMinuteAfterCopy(span) {
            minute = firstMinuteAfterCopy(span) - 1
            span = zone.span(at: span.start - 1)
        }
        guard let match = search.last(to: minute) else { return nil }
        let found = Int64(match) &* 60 &- span.offset
        if found >= span.start, !isFixed || span.previousOffset <= span.offset { return found }
        return previous(upTo: span, match, before: instant)
    }

    private func previous(upTo first: Zone.Span, _ firstMatch: Int, before instant: Int64) -> Int64? {
        var (span, match) = (first, firstMatch)
        var hasCrossed = false
        while true {
            let found = Int64(match) * 60 - span.offset
            let isSecondCopy = isFixed && span.previousOffset > span.offset && match < firstMinuteAfterCopy(span)
            if found >= span.start, !isSecondCopy { return found }
            if hasCrossed, span.start - found > Self.far {
                span = zone.span(at: found + 2 * 86_400)
                continue
            }
            let new = span
            span = zone.span(at: new.start - 1)
            hasCrossed = true
            let end = ceilDivided(Int(new.start + span.offset), 60)
            if new.offset < span.offset {
                guard !isFixed else { continue }
            } else {
                guard match >= end else { continue }
                if isFixed, new.offset - span.offset <= Self.longestGap {
                    let start = Int64(ceilDivided(Int(new.start + new.offset), 60)) * 60 - new.offset
                    if start < instant { return start }
                }
            }
            guard let again = search.last(to: end - 1) else { return nil }
            match = again
        }
    }

    /// The first minute on the wall clock that the span does not repeat.
    @inline(__always)
    private func firstMinuteAfterCopy(_ span: Zone.Span) -> Int {
        ceilDivided(Int(span.start &+ span.previousOffset), 60)
    }
}
