import AgentStream
import ArgumentParser

/// `caretaker task history`.
struct TaskHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Lists a task's versions, newest first, with how many runs used each; also of a deleted task.",
        discussion: """
            `caretaker task show TASK --task-version N` shows what a version was.

              caretaker task history tidy-up
            """
    )

    @Argument(help: "The task's slug or id.")
    var task: String

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let history = try await ServiceClient(connection).query("tasks.history", ["id": .string(task)])
            let versions = history["versions"] ?? []
            if connection.output.quiet { return connection.show(versions, naming: "version") {} }
            connection.show(history, naming: nil) {
                Output.table(
                    ["VERSION", .cut("MADE", 1), "RUNS"],
                    (versions.array ?? []).map { version in
                        ["\(version["version"]?.int ?? 0)", version["createdAt"]?.string ?? ""]
                            + ["\(version["runs"]?.int ?? 0)"]
                    }
                )
                let cost = Amounts.dollars(history["costUSD"]?.double ?? 0)
                print("Its runs cost \(cost). Schedules: \(history["schedules"]?.int ?? 0).")
                if let deleted = history["deletedAt"]?.string { print("It was deleted at \(deleted).") }
            }
        }
    }
}
