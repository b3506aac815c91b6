/// An offset and what it is called.
struct ZoneType: Hashable {
    var offset: Int
    var name: String
}

/// Offsets by instant, with the footer's rule written out for 400 years, after which the calendar repeats.
final class ZoneTable: Sendable {
    /// A change to another offset or name.
    struct Transition: Hashable {
        var instant: Int64
        var type: ZoneType
    }

    /// Seconds in 400 years.
    static let cycle: Int64 = 146_097 * 86_400
    /// Where the index begins and how it is divided: 2^24 seconds are 194 days.
    private static let indexStart: Int64 = -(1 << 32)
    private static let indexEnd: Int64 = 1 << 35
    private static let bucketShift: Int64 = 24

    /// Where each span begins; the first is `Int64.min`.
    private let starts: [Int64]
    private let offsets: [Int32]
    /// The span in which each bucket begins.
    private let index: [UInt16]
    /// From here on, instants are looked up whole cycles earlier.
    private let horizon: Int64
    /// The same for names, which change without the offset now and then.
    private let nameStarts: [Int64]
    private let names: [String]

    init(transitions given: [Transition], initial: ZoneType, rule: PosixRule?) {
        var transitions = given
        horizon = Self.extend(&transitions, with: rule)
        var (starts, offsets) = ([Int64.min], [Int32(initial.offset)])
        var (nameStarts, names) = ([Int64.min], [initial.name])
        for transition in transitions {
            if Int32(transition.type.offset) != offsets[offsets.count - 1] {
                starts.append(transition.instant)
                offsets.append(Int32(transition.type.offset))
            }
            if transition.type.name != names[names.count - 1] {
                nameStarts.append(transition.instant)
                names.append(transition.type.name)
            }
        }
        (self.starts, self.offsets) = (starts, offsets)
        (self.nameStarts, self.names) = (nameStarts, names)
        index = Self.index(of: starts)
    }

    /// Adds the rule's transitions after the given ones; returns where lookups must wrap.
    private static func extend(_ transitions: inout [Transition], with rule: PosixRule?) -> Int64 {
        guard let rule else { return .max }
        let last = transitions.last?.instant
        guard let daylight = rule.daylight else {
            if last == nil || transitions.last?.type.offset != rule.standard.offset {
                transitions.append(Transition(instant: (last ?? 0) + 1, type: rule.standard))
            }
            return .max
        }
        let from = last.map { CivilDay(number: floorDivided(Int($0), 86_400)).year } ?? 1900
        guard from < 4000 else { return .max }
        var added: [Transition] = []
        for year in from...(from + 403) {
            let (start, end) = daylight.transitions(year: year, standard: rule.standard.offset)
            added.append(Transition(instant: end, type: rule.standard))
            added.append(Transition(instant: start, type: daylight.type))
        }
        // Daylight that ends when the next begins never ends: the beginning comes second and wins.
        added.sort { ($0.instant, $0.type == daylight.type ? 1 : 0) < ($1.instant, $1.type == daylight.type ? 1 : 0) }
        for (position, transition) in added.enumerated() where last.map({ transition.instant > $0 }) ?? true {
            if position + 1 < added.count, added[position + 1].instant == transition.instant { continue }
            transitions.append(transition)
        }
        return Int64(CivilDay.number(from + 402, 1, 1)) * 86_400
    }

    /// For each bucket, the span in which it begins; empty when there is nothing to find or too much.
    private static func index(of starts: [Int64]) -> [UInt16] {
        guard starts.count > 1, starts.count < 1 << 16 else { return [] }
        var index: [UInt16] = []
        var span = 0
        var instant = indexStart
        while instant < indexEnd {
            while span + 1 < starts.count, starts[span + 1] <= instant { span += 1 }
            index.append(UInt16(span))
            if span + 1 == starts.count { break }
            instant += 1 << bucketShift
        }
        return index
    }

    @inline(__always)
    func span(at instant: Int64) -> Zone.Span {
        if instant >= horizon, horizon != .max { return spanBeyondHorizon(at: instant) }
        return span(number: number(at: instant))
    }

    func name(at instant: Int64) -> String {
        let place = instant >= horizon && horizon != .max ? instant - cyclesBeyondHorizon(instant) : instant
        return names[Self.search(nameStarts, place)]
    }

    private func span(number: Int) -> Zone.Span {
        Zone.Span(
            start: starts[number],
            end: number + 1 < starts.count ? starts[number + 1] : .max,
            offset: Int64(offsets[number]),
            previousOffset: Int64(offsets[max(0, number - 1)])
        )
    }

    private func spanBeyondHorizon(at instant: Int64) -> Zone.Span {
        let cycles = cyclesBeyondHorizon(instant)
        var found = span(number: number(at: instant - cycles))
        found.start += cycles
        if found.end != .max { found.end += cycles }
        return found
    }

    /// Seconds in whole cycles; bounded, so that sums with the last instants do not overflow.
    private func cyclesBeyondHorizon(_ instant: Int64) -> Int64 {
        ((min(instant, 1 << 62) - horizon) / Self.cycle + 1) * Self.cycle
    }

    @inline(__always)
    private func number(at instant: Int64) -> Int {
        guard starts.count > 1 else { return 0 }
        guard instant >= Self.indexStart, instant < Self.indexEnd else { return Self.search(starts, instant) }
        let bucket = Int((instant &- Self.indexStart) >> Self.bucketShift)
        guard bucket < index.count else { return Self.search(starts, instant) }
        var number = Int(index[bucket])
        while number + 1 < starts.count, starts[number + 1] <= instant { number += 1 }
        return number
    }

    /// The last start that is not after the instant.
    private static func search(_ starts: [Int64], _ instant: Int64) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= instant { low = middle } else { high = middle }
        }
        return low
    }
}
