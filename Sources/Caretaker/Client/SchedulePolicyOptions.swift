import AgentStream
import ArgumentParser
import Model

/// A whole number of seconds, written as `90`, `90s`, `15m`, `2h` or `1d`.
struct SecondsArgument: ExpressibleByArgument {
    let seconds: Int

    init?(argument: String) {
        if argument == "0" || argument == "0s" {
            seconds = 0
        } else {
            guard let found = Duration(configured: argument).flatMap({ Int(exactly: $0.seconds) }) else { return nil }
            seconds = found
        }
    }
}

/// How a schedule's slots become runs, as flags; the service checks their values.
struct SchedulePolicyOptions: ParsableArguments {
    @Option(
        help: "By how much at most a run is put off, such as 30s; differently at each slot, always the same for one."
    )
    var jitter: SecondsArgument?

    @Option(
        help: """
            What becomes of a slot while an earlier run has not ended: skip, queue_one, queue_all, cancel_running or \
            allow.
            """
    )
    var overlap: String?

    @Option(help: "Which slots are made up for that came due while the service was away: none, latest or all.")
    var catchUp: String?

    @Option(help: "How old a slot may be that is made up for, such as 6h.")
    var deadline: SecondsArgument?

    @Option(help: "How many slots are made up for at once.")
    var cap: Int?

    @Option(help: "The first time at which it may be due, such as 2026-03-08T02:30, in the schedule's zone.")
    var start: String?

    @Option(help: "The first time at which it may not be due any more.")
    var end: String?

    @Option(help: "After how many failed runs in a row it pauses itself.")
    var pauseAfterFailures: Int?

    @Option(help: "The priority of its runs. Default: the task's.")
    var priority: Int?

    @Flag(
        help: """
            Runs the command that follows -- in the workspace before the agent: 0 goes on, 78 says that there is nothing \
            to do, anything else fails the run.
            """
    )
    var precheck = false

    @Argument(parsing: .postTerminator, help: "With --precheck: the command and its arguments.")
    var command: [String] = []

    func validate() throws {
        if precheck, command.isEmpty { throw ValidationError("--precheck needs a command after --.") }
        if !precheck, !command.isEmpty { throw ValidationError("A command after -- needs --precheck.") }
    }

    var wire: JSONObject {
        var policy = JSONObject()
        policy["jitter"] = jitter.map { JSONValue($0.seconds) }
        policy["overlap"] = overlap.map { .string($0) }
        policy["catchUp"] = catchUp.map { .string($0) }
        policy["deadline"] = deadline.map { JSONValue($0.seconds) }
        policy["cap"] = cap.map { JSONValue($0) }
        policy["start"] = start.map { .string($0) }
        policy["end"] = end.map { .string($0) }
        policy["pauseAfterFailures"] = pauseAfterFailures.map { JSONValue($0) }
        policy["priority"] = priority.map { JSONValue($0) }
        if precheck { policy["precheck"] = .array(command.map { .string($0) }) }
        return policy
    }
}
