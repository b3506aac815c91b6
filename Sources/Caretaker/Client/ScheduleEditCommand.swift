import AgentStream
import ArgumentParser

/// `caretaker schedule edit`.
struct ScheduleEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Changes a schedule; what is not named stays.",
        discussion: """
            After a change of expression, zone, start or end the slots that came due before are not made up for any more.

              caretaker schedule edit nightly --at '0 4 * * *' --zone Europe/Berlin
              caretaker schedule edit nightly --clear ref --clear start
            """
    )

    /// What may be absent from a schedule.
    enum Clearable: String, ExpressibleByArgument, CaseIterable {
        case ref
        case zone
        case start
        case end
        case pauseAfterFailures = "pause-after-failures"
        case priority
        case precheck

        /// The key of the policy; nil for one of the schedule itself.
        var policyKey: String? {
            switch self {
            case .ref, .zone: nil
            case .pauseAfterFailures: "pauseAfterFailures"
            case .start, .end, .priority, .precheck: rawValue
            }
        }
    }

    @Option(help: "The new name; the slug stays.")
    var name: String?

    @Option(help: "The task's slug or id.")
    var task: String?

    @Option(help: "owner/name on GitHub, a URL, or a path of the service's machine.")
    var repository: String?

    @Option(help: "When it is due: a cron expression.")
    var at: String?

    @Option(help: "The time zone, such as Europe/Berlin.")
    var zone: String?

    @Option(help: "A branch, a tag or a full commit.")
    var ref: String?

    @Option(help: "Sets back what may be absent; may be repeated. A zone becomes the default one.")
    var clear: [Clearable] = []

    @OptionGroup var force: ForceOption
    // Before the policy, which takes all arguments that follow.
    @OptionGroup var target: ScheduleTarget
    @OptionGroup(title: "Policy") var policy: SchedulePolicyOptions

    func run() async throws {
        try await reporting {
            let changed = try await ServiceClient(target.connection).mutate("schedules.update", force.adding(to: input))
            ScheduleOutput.schedule(changed, target.connection)
        }
    }

    private var input: JSONObject {
        var input: JSONObject = ["id": .string(target.schedule)]
        var policy = policy.wire
        input["name"] = name.map { .string($0) }
        input["task"] = task.map { .string($0) }
        input["repository"] = repository.map { .string($0) }
        input["expression"] = at.map { .string($0) }
        input["zone"] = zone.map { .string($0) }
        input["ref"] = ref.map { .string($0) }
        for field in clear {
            if let key = field.policyKey { policy[key] = .null } else { input[field.rawValue] = .null }
        }
        if !policy.isEmpty { input["policy"] = .object(policy) }
        return input
    }
}
