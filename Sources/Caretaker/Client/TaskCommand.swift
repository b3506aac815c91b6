import AgentStream
import ArgumentParser
import Glibc

/// `caretaker task`: makes and shows tasks.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Makes, lists, shows and deletes tasks.",
        subcommands: [TaskCreateCommand.self, List.self, Show.self, Delete.self]
    )

    /// `caretaker task list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tasks.")

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let tasks = try await ServiceClient(connection).query("tasks.list")
                guard connection.format == .text else { return Output.json(tasks) }
                Output.table(
                    ["TASK", "NAME", "STEPS", "VERSION", "UPDATED"],
                    (tasks.array ?? []).map { task in
                        [
                            task["slug"]?.string ?? "", task["name"]?.string ?? "",
                            "\(task["steps"]?.array?.count ?? 0)", "\(task["version"]?.int ?? 0)",
                            task["updatedAt"]?.string ?? "",
                        ]
                    }
                )
            }
        }
    }

    /// `caretaker task show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a task.")

        @Argument(help: "The task's slug or id.")
        var task: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let found = try await ServiceClient(connection).query("tasks.byId", ["id": .string(task)])
                guard !found.isNull else { throw Failure("There is no task \(task).", code: EX_SOFTWARE) }
                guard connection.format == .text else { return Output.json(found) }
                Output.fields([
                    ("task", found["slug"]?.string), ("id", found["id"]?.string), ("name", found["name"]?.string),
                    ("version", found["version"]?.int.map(String.init)), ("updated", found["updatedAt"]?.string),
                    ("settings", found["settings"].map { String(decoding: $0.encoded, as: UTF8.self) }),
                ])
                for (number, step) in (found["steps"]?.array ?? []).enumerated() {
                    print("step \(number + 1)")
                    print(VisibleText.escaped(step["instructions"]?.string ?? ""))
                }
            }
        }
    }

    /// `caretaker task delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a task: its queued runs are cancelled, active ones finish, and all stay readable."
        )

        @Argument(help: "The task's slug or id.")
        var task: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let deleted = try await ServiceClient(connection).mutate("tasks.delete", ["id": .string(task)])
                if connection.format == .json { Output.json(deleted) }
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
