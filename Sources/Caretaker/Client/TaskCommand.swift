import AgentStream
import ArgumentParser
import Glibc

/// `caretaker task`: makes and shows tasks.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Makes, lists, shows, edits and deletes tasks.",
        subcommands: [
            TaskCreateCommand.self, List.self, Show.self, TaskEditCommand.self, TaskHistoryCommand.self,
            TaskRestoreCommand.self, Delete.self,
        ]
    )

    /// `caretaker task list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tasks.",
            discussion: """
                  caretaker task list
                  caretaker task list --quiet
                """
        )

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let tasks = try await ServiceClient(connection).query("tasks.list")
                connection.show(tasks, naming: "slug") {
                    Output.table(
                        ["TASK", .cut("NAME", 1), "STEPS", "VERSION", .cut("UPDATED", 2)],
                        (tasks.array ?? []).map(Self.row)
                    )
                }
            }
        }

        private static func row(_ task: JSONValue) -> [String] {
            [
                task["slug"]?.string ?? "", task["name"]?.string ?? "", "\(task["steps"]?.array?.count ?? 0)",
                "\(task["version"]?.int ?? 0)", task["updatedAt"]?.string ?? "",
            ]
        }
    }

    /// `caretaker task show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a task.",
            discussion: """
                  caretaker task show tidy-up
                  caretaker task show tidy-up --task-version 3 --format yaml
                """
        )

        @Argument(help: "The task's slug or id.")
        var task: String

        @Option(help: "An earlier version of it, as its runs used it; also of a deleted task.")
        var taskVersion: Int?

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let found = try await find(ServiceClient(connection))
                guard !found.isNull else { throw Failure("There is no task \(task).", code: EX_SOFTWARE) }
                connection.show(found, naming: "slug") { Self.show(found) }
            }
        }

        private func find(_ client: ServiceClient) async throws -> JSONValue {
            guard let version = taskVersion else { return try await client.query("tasks.byId", ["id": .string(task)]) }
            let history = try await client.query("tasks.history", ["id": .string(task), "version": JSONValue(version)])
            return history["task"] ?? .null
        }

        private static func show(_ task: JSONValue) {
            Output.fields([
                ("task", task["slug"]?.string), ("id", task["id"]?.string), ("name", task["name"]?.string),
                ("version", task["version"]?.int.map(String.init)), ("updated", task["updatedAt"]?.string),
                ("declared by", task["managedBy"]?.string),
                ("settings", task["settings"].map { String(decoding: $0.encoded, as: UTF8.self) }),
            ])
            for (number, step) in (task["steps"]?.array ?? []).enumerated() {
                print("step \(number + 1)")
                print(VisibleText.escaped(step["instructions"]?.string ?? ""))
                let checks = step["checks"]?.string ?? ""
                if !checks.isEmpty { print("checks of step \(number + 1)\n\(VisibleText.escaped(checks))") }
            }
        }
    }

    /// `caretaker task delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a task: its queued runs are cancelled, active ones finish, and all stay readable.",
            discussion: """
                  caretaker task delete tidy-up --dry-run
                  caretaker task delete tidy-up
                """
        )

        @Argument(help: "The task's slug or id.")
        var task: String

        @Flag(help: "Only tells what would become of its schedules and runs.")
        var dryRun = false

        @OptionGroup var force: ForceOption
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(connection)
                if dryRun { return try await DeletionPlan(task: task, client).show(connection) }
                let input = force.adding(to: ["id": .string(task)])
                let deleted = try await client.mutate("tasks.delete", input)
                connection.show(deleted, naming: "slug") {}
            }
        }
    }
}

/// Performs a command; its failure is told on standard error and becomes the exit code.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let failure as Failure {
        throw failure.reported
    }
}
