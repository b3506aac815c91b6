import AgentStream
import ArgumentParser

/// `caretaker task create`.
struct TaskCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a task.",
        discussion: """
              caretaker task create 'Tidy up' --step 'Remove unused imports.'
              caretaker task create Two --step 'First.' --step 'Second.' --max-budget 2.5
            """
    )

    @Argument(help: "The task's name.")
    var name: String

    @Option(name: .customLong("step"), help: "The instructions of a step; once for each step, in order.")
    var steps: [String] = []

    @Option(help: "What the agent checks after a step; once for each step, in order, '' where there is nothing.")
    var checks: [String] = []

    @Option(help: "How many runs of the task may be active at once.")
    var maxConcurrent: Int?

    @Option(help: "Runs of a higher priority start first.")
    var priority: Int?

    @OptionGroup var settings: SettingOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !steps.isEmpty else { throw ValidationError("--step is missing: a task needs at least one step.") }
        guard checks.count <= steps.count else { throw ValidationError("There are more --checks than steps.") }
    }

    func run() async throws {
        try await reporting {
            let task = try await ServiceClient(connection).mutate(
                "tasks.create",
                ["name": .string(name), "steps": .array(steps.indices.map(step)), "settings": .object(try allSettings)]
            )
            connection.show(task, naming: "slug") { print(task["slug"]?.string ?? "") }
        }
    }

    private func step(_ index: Int) -> JSONValue {
        ["instructions": .string(steps[index]), "checks": .string(checks.indices.contains(index) ? checks[index] : "")]
    }

    private var allSettings: JSONObject {
        get throws {
            var all = try settings.wire
            all["maxConcurrent"] = maxConcurrent.map { JSONValue($0) }
            all["priority"] = priority.map { JSONValue($0) }
            return all
        }
    }
}
