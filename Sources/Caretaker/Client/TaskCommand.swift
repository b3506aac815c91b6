import AgentStream
import ArgumentParser
import Glibc

/// `caretaker task`: makes and shows tasks.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Makes, lists, shows and deletes tasks.",
        subcommands: [Create.self, List.self, Show.self, Delete.self]
    )

    /// `caretaker task create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a task.")

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

        @Option(help: "Seconds until the agent's first line.")
        var startup: Double?

        @Option(help: "Seconds between two lines of the agent.")
        var idle: Double?

        @Option(help: "Seconds for one step.")
        var total: Double?

        @Option(help: "Seconds for the whole run.")
        var deadline: Double?

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
                    ["name": .string(name), "steps": .array(steps.map(step)), "settings": .object(settings)]
                )
                connection.format == .json ? Output.json(task) : print(task["slug"]?.string ?? "")
            }
        }

        private func step(_ instructions: String) -> JSONValue {
            ["instructions": .string(instructions), "checks": ""]
        }

        private var settings: JSONObject {
            var settings = JSONObject()
            if !environment.isEmpty {
                let members = environment.map { entry in
                    let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    return JSONObject.Member(key: String(parts[0]), value: .string(String(parts[1])))
                }
                settings["environment"] = .object(JSONObject(members))
            }
            var limits = JSONObject()
            limits["startup"] = startup.map { JSONValue($0) }
            limits["idle"] = idle.map { JSONValue($0) }
            limits["total"] = total.map { JSONValue($0) }
            limits["deadline"] = deadline.map { JSONValue($0) }
            if !limits.isEmpty { settings["limits"] = .object(limits) }
            if let pushBranch { settings["push"] = ["branch": .string(pushBranch)] }
            settings["maxConcurrent"] = maxConcurrent.map { JSONValue($0) }
            settings["priority"] = priority.map { JSONValue($0) }
            return settings
        }
    }

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
