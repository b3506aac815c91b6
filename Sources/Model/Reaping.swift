/// Decides what of a runtime's listing is to be removed; pure, so that every interleaving can be tried.
package enum Reaping {
    /// What is known of runs when a listing is judged; taken before the listing.
    package struct Knowledge: Sendable {
        /// The runs that hold a place, with their deadlines.
        package var active: [Run.ID: Timestamp]
        /// What earlier passes have seen and would have removed, with when they saw it first.
        package var seen: [String: ContinuousClock.Instant]

        package init(active: [Run.ID: Timestamp], seen: [String: ContinuousClock.Instant]) {
            self.active = active
            self.seen = seen
        }
    }

    /// Why something is to go.
    package enum Reason: String, Sendable {
        /// No run of this installation has it, or its run has ended.
        case untracked
    }

    package enum Decision: Hashable, Sendable {
        case keep(Keep)
        case remove(Reason)
    }

    /// Why something stays.
    package enum Keep: String, Sendable {
        /// Another installation's, or nobody's.
        case foreign
        /// A run that holds a place has it.
        case tracked
        /// A run that holds a place has it and should have ended long ago: its course ends it, by a clock that never
        /// jumps.
        case pastDeadline = "past_deadline"
        /// Younger than the grace: its row may be on its way.
        case young
        /// To go at a later pass, if it is seen again.
        case firstSighting = "first_sighting"
    }

    /// The two clocks and the patience of a pass.
    package struct Moment: Sendable {
        package var wall: Timestamp
        package var monotonic: ContinuousClock.Instant
        package var grace: Duration
        /// How long something must have been in sight.
        package var period: Duration

        package init(wall: Timestamp, monotonic: ContinuousClock.Instant, grace: Duration, period: Duration) {
            self.wall = wall
            self.monotonic = monotonic
            self.grace = grace
            self.period = period
        }
    }

    /// Decides about one sighting.
    package static func decide(
        _ sighting: InstanceSighting,
        _ knowledge: Knowledge,
        _ moment: Moment
    ) -> Decision {
        guard sighting.isOurs, let run = sighting.run else { return .keep(.foreign) }
        if let deadline = knowledge.active[run] {
            return .keep(moment.wall - deadline > moment.grace ? .pastDeadline : .tracked)
        }
        var sight = moment.period
        if let created = sighting.createdAt {
            guard moment.wall - created > moment.grace else { return .keep(.young) }
        } else {
            // Its age is unknown: it counts from when it was seen first.
            sight = max(sight, moment.grace)
        }
        guard let first = knowledge.seen[sighting.id], first.duration(to: moment.monotonic) >= sight else {
            return .keep(.firstSighting)
        }
        return .remove(.untracked)
    }
}

/// What a pass of the reaper came to about one thing.
package struct ReaperFinding: Hashable, Sendable {
    package var sighting: InstanceSighting
    package var decision: Reaping.Decision
    /// Whether it is gone now.
    package var isRemoved: Bool

    package init(sighting: InstanceSighting, decision: Reaping.Decision, isRemoved: Bool) {
        self.sighting = sighting
        self.decision = decision
        self.isRemoved = isRemoved
    }
}
