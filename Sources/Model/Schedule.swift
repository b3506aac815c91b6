/// When a task runs against which repository.
package struct Schedule: Hashable, Sendable {
    package typealias ID = Model.ID<Schedule>

    package var id: ID
    /// Its place in the table: short enough to be kept for each of very many.
    package var number: Int64
    /// Unique among the schedules that are not deleted; derived from the first name and then kept.
    package var slug: String
    /// Counts from 1; every edit makes it one more.
    package var revision: Int
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// When what decides on its slots was set last: its expression, zone or start.
    package var timesSetAt: Timestamp
    package var content: ScheduleContent
    /// Why and since when it makes no runs; nil while it does.
    package var pause: SchedulePause?
    /// Its last pause, of which slots may not be accounted for yet; open while it lasts.
    package var paused: Absence?
    /// When its time zone could not be read; open while it cannot.
    package var invalid: Absence?
    package var deletedAt: Timestamp?
    /// Every slot up to here is accounted for, and none after it.
    package var cursor: Timestamp
    /// How many of its runs have failed since one succeeded.
    package var failuresInARow: Int
    /// The file that declares it; nil when none does.
    package var managedBy: ManagedBy?

    package init(
        id: ID,
        number: Int64,
        slug: String,
        revision: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        timesSetAt: Timestamp,
        content: ScheduleContent,
        pause: SchedulePause?,
        paused: Absence?,
        invalid: Absence?,
        deletedAt: Timestamp?,
        cursor: Timestamp,
        failuresInARow: Int,
        managedBy: ManagedBy? = nil
    ) {
        self.id = id
        self.number = number
        self.slug = slug
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.timesSetAt = timesSetAt
        self.content = content
        self.pause = pause
        self.paused = paused
        self.invalid = invalid
        self.deletedAt = deletedAt
        self.cursor = cursor
        self.failuresInARow = failuresInARow
        self.managedBy = managedBy
    }
}

extension Schedule {
    /// Whether its time zone cannot be read now.
    package var isInvalid: Bool { invalid.map { $0.until == nil } ?? false }

    /// Since when it is due as it is: since it was made, resumed or given other times, and not before its start.
    ///
    /// - Parameter pauseOfAll: The last pause of all schedules.
    /// - Returns: The latest of these; it may lie ahead.
    package func dueSince(_ pauseOfAll: Absence?) -> Timestamp {
        [paused?.until, pauseOfAll?.until, content.policy.start].compactMap(\.self).reduce(timesSetAt, max)
    }
}

/// What a person sets of a schedule.
package struct ScheduleContent: Hashable, Sendable {
    package var name: String
    package var task: AgentTask.ID
    package var repository: String
    package var ref: String?
    /// As it was given.
    package var expression: String
    /// The IANA name of the zone in which the expression is meant, resolved when it was saved.
    package var zone: String
    package var policy: SchedulePolicy

    /// Whether the slots of another content are these.
    package func hasTimes(of other: ScheduleContent) -> Bool {
        expression == other.expression && zone == other.zone && policy.start == other.policy.start
    }

    package init(
        name: String,
        task: AgentTask.ID,
        repository: String,
        ref: String?,
        expression: String,
        zone: String,
        policy: SchedulePolicy
    ) {
        self.name = name
        self.task = task
        self.repository = repository
        self.ref = ref
        self.expression = expression
        self.zone = zone
        self.policy = policy
    }
}

/// A pause of one schedule, or of all.
package struct SchedulePause: Hashable, Sendable {
    package var at: Timestamp
    package var note: String?
    /// Who paused it, as they said; `caretaker` when it paused itself.
    package var by: String?

    package init(at: Timestamp, note: String?, by: String?) {
        self.at = at
        self.note = note
        self.by = by
    }
}

/// A time in which a schedule made no runs.
package struct Absence: Hashable, Sendable {
    package var from: Timestamp
    /// Nil while it lasts.
    package var until: Timestamp?

    package init(from: Timestamp, until: Timestamp?) {
        self.from = from
        self.until = until
    }

    /// Whether a slot fell into it, or the moment at which its run was due.
    package func covers(_ slot: Timestamp, due: Timestamp) -> Bool {
        func isInside(_ instant: Timestamp) -> Bool {
            guard instant > from else { return false }
            return until.map { instant <= $0 } ?? true
        }
        return isInside(slot) || isInside(due)
    }
}
