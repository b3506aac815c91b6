/// Decides which queued runs may start.
package enum Admission {
    /// How many runs may be active at once; nil is without limit.
    package struct Caps: Hashable, Sendable {
        package var global: Int
        package var perRepository: Int?

        package init(global: Int, perRepository: Int? = nil) {
            self.global = global
            self.perRepository = perRepository
        }
    }

    /// What admission must know of a run.
    package struct Candidate: Hashable, Sendable {
        package var run: Run.ID
        package var task: AgentTask.ID
        package var repository: String
        package var maxConcurrent: Int?
        /// The schedule that it belongs to.
        package var schedule: Schedule.ID?
        /// Whether it waits for the end of its schedule's earlier runs.
        package var isSerial: Bool
        /// Whether it is another attempt at a run that failed, before which no later one of its schedule may go.
        package var isRetry: Bool
        /// What it waits for whatever the caps say.
        package var hold: RunState.Waiting?

        package init(
            run: Run.ID,
            task: AgentTask.ID,
            repository: String,
            maxConcurrent: Int?,
            schedule: Schedule.ID? = nil,
            isSerial: Bool = false,
            isRetry: Bool = false,
            hold: RunState.Waiting? = nil
        ) {
            self.run = run
            self.task = task
            self.repository = repository
            self.maxConcurrent = maxConcurrent
            self.schedule = schedule
            self.isSerial = isSerial
            self.isRetry = isRetry
            self.hold = hold
        }
    }

    /// What is to happen to a queued run.
    package enum Decision: Hashable, Sendable {
        case admit
        case wait(RunState.Waiting)
    }

    /// Decides for queued runs in order while places are left; a candidate without a decision waits for `capGlobal`.
    ///
    /// - Parameters:
    ///   - queued: In order of admission: higher priority first, then oldest.
    ///   - active: The runs that hold a place now.
    ///   - caps: The limits.
    /// - Returns: The decisions in the order of the queue.
    package static func decide(
        queued: [Candidate],
        active: [Candidate],
        caps: Caps
    ) -> [(run: Run.ID, decision: Decision)] {
        var places = caps.global - active.count
        var perRepository: [String: Int] = [:]
        var perTask: [AgentTask.ID: Int] = [:]
        var busy: Set<Schedule.ID> = []
        let retried = Set(queued.lazy.filter(\.isRetry).compactMap(\.schedule))
        for candidate in active {
            perRepository[candidate.repository, default: 0] += 1
            perTask[candidate.task, default: 0] += 1
            if let schedule = candidate.schedule { busy.insert(schedule) }
        }
        var decisions: [(run: Run.ID, decision: Decision)] = []
        for candidate in queued {
            guard places > 0 else { break }
            if let hold = candidate.hold {
                decisions.append((candidate.run, .wait(hold)))
            } else if candidate.isSerial, let schedule = candidate.schedule,
                busy.contains(schedule) || !candidate.isRetry && retried.contains(schedule)
            {
                decisions.append((candidate.run, .wait(.overlap)))
            } else if let cap = caps.perRepository, perRepository[candidate.repository, default: 0] >= cap {
                decisions.append((candidate.run, .wait(.capRepository)))
            } else if let cap = candidate.maxConcurrent, perTask[candidate.task, default: 0] >= cap {
                decisions.append((candidate.run, .wait(.capTask)))
            } else {
                places -= 1
                perRepository[candidate.repository, default: 0] += 1
                perTask[candidate.task, default: 0] += 1
                if let schedule = candidate.schedule { busy.insert(schedule) }
                decisions.append((candidate.run, .admit))
            }
        }
        return decisions
    }
}
