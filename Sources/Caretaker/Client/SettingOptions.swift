import AgentStream
import ArgumentParser

/// What a task sets and a run may set in its place, as flags; the service checks their values.
struct SettingOptions: ParsableArguments {
    @Option(help: "NAME=VALUE for the agent's environment; may be repeated.")
    var environment: [String] = []

    @Option(help: "The branch that the agent's commits are pushed to after a success.")
    var pushBranch: String?

    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Retries") var retries: RetryOptions
    @OptionGroup(title: "Agent") var agent: AgentSettingOptions
    @OptionGroup(title: "Container") var container: ContainerSettingOptions

    func validate() throws {
        for entry in environment where !entry.contains("=") {
            throw ValidationError("--environment \(entry) is not NAME=VALUE.")
        }
    }

    /// - Throws: `Failure` when a file that is named cannot be used.
    var wire: JSONObject {
        get throws {
            var settings = JSONObject()
            let agent = try agent.wire
            if !agent.isEmpty { settings["agent"] = .object(agent) }
            if !container.wire.isEmpty { settings["container"] = .object(container.wire) }
            if !environment.isEmpty {
                let members = environment.map { entry in
                    let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return JSONObject.Member(key: String(parts[0]), value: .string(String(parts[1])))
                }
                settings["environment"] = .object(JSONObject(members))
            }
            if !limits.wire.isEmpty { settings["limits"] = .object(limits.wire) }
            if let pushBranch { settings["push"] = ["branch": .string(pushBranch)] }
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
