/// Why a slot made no run; the words of the database, the wires, metrics and journal.
package enum SkipReason: String, CaseIterable, Sendable, Codable {
    /// An earlier run of the schedule had not ended.
    case overlap
    /// Nobody looked when it came due, and the catch-up policy does not make up for it.
    case missed
    /// It was too old to be made up for.
    case deadline
    case paused
    /// More were to be made up for than the cap allows, or the queue was full.
    case capacity
    /// It lies before the schedule's start or after its end.
    case bounds
    /// The schedule's time zone could not be read.
    case invalid
}

/// Consecutive slots that were skipped for one reason.
package struct SkippedSlots: Hashable, Sendable {
    package var first: Timestamp
    package var last: Timestamp
    package var count: Int
    package var reason: SkipReason

    package init(first: Timestamp, last: Timestamp, count: Int, reason: SkipReason) {
        self.first = first
        self.last = last
        self.count = count
        self.reason = reason
    }

    package init(_ slot: Timestamp, _ reason: SkipReason) {
        self.init(first: slot, last: slot, count: 1, reason: reason)
    }
}

/// What is to become of the slots of a schedule that have come due, before its other runs are looked at.
package struct SlotPlan: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case skip(SkippedSlots)
        case start(Timestamp)
    }

    /// In the order of time, without a slot left out; two neighbours are never skipped for one reason.
    package private(set) var parts: [Part] = []

    package init() {}

    /// Adds a run to be made.
    package mutating func start(_ slot: Timestamp) {
        parts.append(.start(slot))
    }

    /// Adds slots to be skipped.
    package mutating func skip(_ slots: SkippedSlots) {
        parts.skip(slots)
    }

    /// The last slot that is spoken of.
    package var last: Timestamp? {
        switch parts.last {
        case .skip(let slots): slots.last
        case .start(let slot): slot
        case nil: nil
        }
    }
}

/// Applies a schedule's catch-up policy to the slots that have come due, one after the other, in little memory.
package struct SlotPlanner: Sendable {
    /// How late a slot may be to count as on time: whoever looks may have been busy.
    package static let tolerance = Duration.seconds(60)

    private let policy: SchedulePolicy
    private let now: Timestamp
    private let pauses: [Absence]
    private let invalid: Absence?
    private var plan = SlotPlan()
    /// What may yet be started, and what was skipped in between, oldest first, from `firstOpen` on.
    private var open: [SlotPlan.Part] = []
    private var firstOpen = 0
    private var candidates = 0

    /// Begins a plan.
    ///
    /// - Parameters:
    ///   - policy: The schedule's policy.
    ///   - now: When it is decided.
    ///   - pauses: When it was paused, by itself or with all others.
    ///   - invalid: When its zone was not there.
    package init(_ policy: SchedulePolicy, now: Timestamp, pauses: [Absence] = [], invalid: Absence? = nil) {
        self.policy = policy
        self.now = now
        self.pauses = pauses
        self.invalid = invalid
    }

    /// Takes the next slot, which is younger than all before it.
    ///
    /// - Parameters:
    ///   - slot: The slot.
    ///   - due: When its run was to be made, jitter included.
    package mutating func take(_ slot: Timestamp, due: Timestamp) {
        if let reason = reasonToSkip(slot, due) {
            skip(SkippedSlots(slot, reason))
            return
        }
        open.append(.start(slot))
        candidates += 1
        let (most, reason): (Int, SkipReason) = policy.catchUp == .all ? (max(1, policy.cap), .capacity) : (1, .missed)
        if candidates > most { giveUpTheOldest(for: reason) }
        // What was decided is dropped now and then, not each time.
        if firstOpen > most {
            open.removeFirst(firstOpen)
            firstOpen = 0
        }
    }

    /// The plan of all slots that were taken.
    package mutating func finish() -> SlotPlan {
        for part in open[firstOpen...] {
            switch part {
            case .start(let slot): plan.start(slot)
            case .skip(let slots): plan.skip(slots)
            }
        }
        (open, firstOpen, candidates) = ([], 0, 0)
        return plan
    }

    private mutating func skip(_ slots: SkippedSlots) {
        if candidates > 0 { open.skip(slots) } else { plan.skip(slots) }
    }

    /// Decides the oldest candidate, and what follows it until the next one.
    private mutating func giveUpTheOldest(for reason: SkipReason) {
        if case .start(let slot) = open[firstOpen] { plan.skip(SkippedSlots(slot, reason)) }
        firstOpen += 1
        candidates -= 1
        while firstOpen < open.count, case .skip(let slots) = open[firstOpen] {
            plan.skip(slots)
            firstOpen += 1
        }
    }

    private func reasonToSkip(_ slot: Timestamp, _ due: Timestamp) -> SkipReason? {
        if pauses.contains(where: { $0.covers(slot, due: due) }) { return .paused }
        if let invalid, invalid.covers(slot, due: due) { return .invalid }
        if !policy.allows(slot) { return .bounds }
        let lateness = now - due
        guard lateness > Self.tolerance else { return nil }
        if policy.catchUp == .none { return .missed }
        return lateness > .seconds(policy.deadline) ? .deadline : nil
    }
}

extension [SlotPlan.Part] {
    /// Adds slots to be skipped; those that go on from the last part for the same reason join it.
    fileprivate mutating func skip(_ slots: SkippedSlots) {
        if case .skip(var last) = last, last.reason == slots.reason {
            last.last = slots.last
            last.count += slots.count
            self[count - 1] = .skip(last)
        } else {
            append(.skip(slots))
        }
    }
}
