import AgentStream
import ArgumentParser

/// `caretaker task create`.
struct TaskCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Makes a task.")

    @Argument(help: "The task's name.")
    var name: String

    @Option(name: .customLong("step"), help: "The instructions of a step; once for each step, in order.")
    var steps: [String] = []

    @Option(help: "NAME=VALUE for the agent's environment; may be repeated.")
    var environment: [String] = []

    @Option(help: "The branch that the agent's commits are pushed to after a success.")
    var pushBranch: String?

    @Option(help: "How many runs of the task may be active at once.")
    var maxConcurrent: Int?

    @Option(help: "Runs of a higher priority start first.")
    var priority: Int?

    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Retries") var retries: RetryOptions
    @OptionGroup(title: "Agent") var agent: AgentSettingOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !steps.isEmpty else { throw ValidationError("--step is missing: a task needs at least one step.") }
        for entry in environment where !entry.contains("=") {
            throw ValidationError("--environment \(entry) is not NAME=VALUE.")
        }
    }

    func run() async throws {
        try await reporting {
            let task = try await ServiceClient(connection).mutate(
                "tasks.create",
                ["name": .string(name), "steps": .array(steps.map(step)), "settings": .object(try settings)]
            )
            connection.format == .json ? Output.json(task) : print(task["slug"]?.string ?? "")
        }
    }

    private func step(_ instructions: String) -> JSONValue {
        ["instructions": .string(instructions), "checks": ""]
    }

    private var settings: JSONObject {
        get throws {
            var settings = JSONObject()
            let agent = try agent.wire
            if !agent.isEmpty { settings["agent"] = .object(agent) }
            if !environment.isEmpty {
                let members = environment.map { entry in
                    let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return JSONObject.Member(key: String(parts[0]), value: .string(String(parts[1])))
                }
                settings["environment"] = .object(JSONObject(members))
            }
            if !limits.wire.isEmpty { settings["limits"] = .object(limits.wire) }
            if let pushBranch { settings["push"] = ["branch": .string(pushBranch)] }
            settings["maxConcurrent"] = maxConcurrent.map { JSONValue($0) }
            settings["priority"] = priority.map { JSONValue($0) }
            settings["retry"] = retries.wire
            return settings
        }
    }
}

/// A task's time limits as flags.
struct LimitOptions: ParsableArguments {
    @Option(help: "Seconds until the agent's first line.")
    var startup: Double?

    @Option(help: "Seconds between two lines of the agent.")
    var idle: Double?

    @Option(help: "Seconds for one step.")
    var total: Double?

    @Option(help: "Seconds for the whole run.")
    var deadline: Double?

    var wire: JSONObject {
        var limits = JSONObject()
        limits["startup"] = startup.map { JSONValue($0) }
        limits["idle"] = idle.map { JSONValue($0) }
        limits["total"] = total.map { JSONValue($0) }
        limits["deadline"] = deadline.map { JSONValue($0) }
        return limits
    }
}
