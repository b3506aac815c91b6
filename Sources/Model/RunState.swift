/// Where a run is on its way from queue to final state.
package enum RunState: Hashable, Sendable {
    case queued(Waiting?)
    case starting
    case running
    case succeeded(Note?)
    case failed(FailureReason)
    case cancelled
    case timedOut(TimeLimit)
    case lost

    /// Why a queued run waits.
    package enum Waiting: String, CaseIterable, Sendable {
        case capGlobal = "cap_global"
        case capRepository = "cap_repository"
        case capTask = "cap_task"
        case runtimeUnavailable = "runtime_unavailable"
        /// A retry whose time has not come.
        case backoff
        /// The schedule that made it is paused.
        case paused
        /// An earlier run of its schedule has not ended.
        case overlap
    }

    /// What is worth knowing of a success.
    package enum Note: String, CaseIterable, Sendable {
        case nothingToDo = "nothing_to_do"
    }

    /// Which limit ended a run that timed out.
    package enum TimeLimit: String, CaseIterable, Sendable {
        /// The agent printed no first line.
        case startup
        /// The agent fell silent.
        case idle
        /// An execution's limit or the run's deadline.
        case total
    }

    /// The state's word, without its reason.
    package enum Name: String, CaseIterable, Sendable {
        case queued
        case starting
        case running
        case succeeded
        case failed
        case cancelled
        case timedOut = "timed_out"
        case lost
    }

    package var name: Name {
        switch self {
        case .queued: .queued
        case .starting: .starting
        case .running: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .timedOut: .timedOut
        case .lost: .lost
        }
    }

    /// The word that stands beside the name: waiting, note, failure reason or time limit.
    package var reason: String? {
        switch self {
        case .queued(let waiting): waiting?.rawValue
        case .succeeded(let note): note?.rawValue
        case .failed(let reason): reason.rawValue
        case .timedOut(let limit): limit.rawValue
        case .starting, .running, .cancelled, .lost: nil
        }
    }

    /// The state of a name and the word beside it; nil when the two do not belong together.
    package init?(name: Name, reason: String?) {
        switch name {
        case .queued: self = .queued(reason.flatMap(Waiting.init(rawValue:)))
        case .starting: self = .starting
        case .running: self = .running
        case .succeeded: self = .succeeded(reason.flatMap(Note.init(rawValue:)))
        case .failed:
            guard let failure = reason.flatMap(FailureReason.init(rawValue:)) else { return nil }
            self = .failed(failure)
        case .cancelled: self = .cancelled
        case .timedOut:
            guard let limit = reason.flatMap(TimeLimit.init(rawValue:)) else { return nil }
            self = .timedOut(limit)
        case .lost: self = .lost
        }
        guard self.reason == reason else { return nil }
    }

    /// Whether the run has ended for good.
    package var isFinal: Bool {
        switch self {
        case .queued, .starting, .running: false
        case .succeeded, .failed, .cancelled, .timedOut, .lost: true
        }
    }

    /// Whether the run holds a place under the caps.
    package var isActive: Bool {
        switch self {
        case .starting, .running: true
        default: false
        }
    }

    /// Whether a run may go from this state to another; final states are left by none.
    package func mayBecome(_ next: RunState) -> Bool {
        switch (self, next) {
        case (.queued, .queued), (.queued, .starting), (.starting, .running): true
        case (.queued, .cancelled), (.queued, .failed): true
        case (.starting, _), (.running, _): next.isFinal
        default: false
        }
    }
}
