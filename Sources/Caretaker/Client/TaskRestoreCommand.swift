import AgentStream
import ArgumentParser

/// `caretaker task restore`.
struct TaskRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes what a task was at an earlier version its next version.",
        discussion: """
            `caretaker task history TASK` lists the versions. A deleted task does not come back.

              caretaker task restore tidy-up 3
            """
    )

    @Argument(help: "The task's slug or id.")
    var task: String

    @Argument(help: "The version.")
    var taskVersion: Int

    @OptionGroup var force: ForceOption
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(connection)
            let wanted: JSONValue = ["id": .string(task), "version": JSONValue(taskVersion)]
            let history = try await client.query("tasks.history", wanted)
            let old = history["task"] ?? .null
            // What another changes meanwhile is not overwritten.
            var input: JSONObject = ["id": old["id"] ?? .null]
            input["version"] = history["versions"]?.array?.first?["version"]
            for member in TaskDraft.content(of: old) { input[member.key] = member.value }
            let restored = try await client.mutate("tasks.update", force.adding(to: input))
            connection.show(restored, naming: "slug") {
                print("\(restored["slug"]?.string ?? ""): version \(restored["version"]?.int ?? 0)")
            }
        }
    }
}
