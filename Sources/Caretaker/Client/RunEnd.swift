import AgentStream
import Model

/// How a run ended, as its last event tells it.
struct RunEnd {
    let state: RunState.Name

    init(_ event: JSONValue) throws {
        guard let state = event["state"]?.string.flatMap(RunState.Name.init(rawValue:)) else {
            throw Failure("the service told an end that is none", code: 76)
        }
        self.state = state
    }

    var exitCode: Int32 {
        switch state {
        case .succeeded: 0
        case .failed: 1
        case .cancelled: 2
        case .timedOut: 3
        case .lost, .queued, .starting, .running: 4
        }
    }

    /// State and reason of a run or an end.
    static func shown(_ run: JSONValue) -> String {
        let state = run["state"]?.string ?? ""
        let reason = run["waiting"]?.string ?? run["reason"]?.string
        return reason.map { "\(state) (\($0))" } ?? state
    }
}
