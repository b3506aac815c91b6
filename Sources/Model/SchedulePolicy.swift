/// How a schedule's slots become runs.
package struct SchedulePolicy: Hashable, Sendable, Codable {
    /// What becomes of a slot while an earlier run of the schedule has not ended.
    package enum Overlap: String, CaseIterable, Sendable, Codable {
        /// The slot is skipped.
        case skip
        /// One run may wait for the end of the other.
        case queueOne = "queue_one"
        /// Every slot's run waits for its turn.
        case queueAll = "queue_all"
        /// The earlier runs are cancelled; the new one starts when they have ended.
        case cancelRunning = "cancel_running"
        /// Runs may go side by side.
        case allow
    }

    /// Which of the slots that came due while nobody looked are made up for.
    package enum CatchUp: String, CaseIterable, Sendable, Codable {
        case none
        /// The last one alone.
        case latest
        /// All, oldest first, up to the cap.
        case all
    }

    /// By how many seconds at most a run is put off, differently at each slot and always the same for one.
    package var jitter: Int
    package var overlap: Overlap
    package var catchUp: CatchUp
    /// A slot that is older than so many seconds is not made up for.
    package var deadline: Int
    /// How many slots are made up for at once; the newest are.
    package var cap: Int
    /// The first instant at which the schedule may be due.
    package var start: Timestamp?
    /// The first instant at which it may not be due any more.
    package var end: Timestamp?
    /// After so many failed runs in a row the schedule pauses itself; nil for never.
    package var pauseAfterFailures: Int?
    /// Its runs' priority; nil takes the task's.
    package var priority: Int?
    /// A command that is run in the workspace before the agent: 0 lets it go on, 78 says that there is nothing to do.
    package var precheck: [String]?

    package init(
        jitter: Int = 0,
        overlap: Overlap = .skip,
        catchUp: CatchUp = .latest,
        deadline: Int = 86_400,
        cap: Int = 100,
        start: Timestamp? = nil,
        end: Timestamp? = nil,
        pauseAfterFailures: Int? = nil,
        priority: Int? = nil,
        precheck: [String]? = nil
    ) {
        self.jitter = jitter
        self.overlap = overlap
        self.catchUp = catchUp
        self.deadline = deadline
        self.cap = cap
        self.start = start
        self.end = end
        self.pauseAfterFailures = pauseAfterFailures
        self.priority = priority
        self.precheck = precheck
    }

    /// Whether a slot lies within the bounds.
    package func allows(_ slot: Timestamp) -> Bool {
        if let start, slot < start { return false }
        if let end, slot >= end { return false }
        return true
    }

    /// Whether a run of the schedule waits for the end of those before it.
    package var isSerial: Bool { overlap != .allow }
}

extension SchedulePolicy.Overlap {
    /// What is to happen to a slot.
    package enum Decision: Hashable, Sendable {
        case start
        /// Start, and end those that have not ended.
        case startCancelling
        case skip
    }

    /// Decides on a slot.
    ///
    /// - Parameters:
    ///   - active: How many of the schedule's runs are starting or running.
    ///   - queued: How many wait, pending retries included.
    /// - Returns: What is to happen.
    package func decide(active: Int, queued: Int) -> Decision {
        switch self {
        case .skip: active + queued > 0 ? .skip : .start
        case .queueOne: queued > 0 ? .skip : .start
        case .cancelRunning: active + queued > 0 ? .startCancelling : .start
        case .queueAll, .allow: .start
        }
    }
}
