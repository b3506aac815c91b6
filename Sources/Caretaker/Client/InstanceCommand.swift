import AgentStream
import ArgumentParser

/// `caretaker instance`: looks at what runs' agents live in.
struct InstanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instance",
        abstract: "Lists, shows and removes instances: the containers or processes in which runs are carried out.",
        subcommands: [List.self, Show.self, Remove.self]
    )

    /// `caretaker instance list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the instances, with their age and what they use.",
            discussion: """
                  caretaker instance list
                  caretaker instance list --quiet
                """
        )

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let instances = try await ServiceClient(connection).query("instances.list")
                connection.show(instances, naming: "id") {
                    Output.table(
                        [
                            "INSTANCE", .cut("RUN", 3), .cut("STATE", 5), .cut("RUNTIME", 2), .cut("AGE", 6),
                            .cut("MEMORY", 7), .cut("CPU", 4), .cut("IMAGE", 1),
                        ],
                        (instances.array ?? []).map(Self.row)
                    )
                }
            }
        }

        private static func row(_ instance: JSONValue) -> [String] {
            [
                instance["id"]?.string ?? "", instance["runId"]?.string ?? "", instance["status"]?.string ?? "",
                instance["runtime"]?.string ?? "", Output.span(instance["ageSeconds"]?.double ?? 0),
                instance["memoryBytes"]?.int.map(Output.megabytes) ?? "",
                instance["cpuSeconds"]?.double.map(Output.span) ?? "", instance["image"]?.string ?? "",
            ]
        }
    }

    /// `caretaker instance show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows an instance.",
            discussion: """
                  caretaker instance show INSTANCE
                """
        )

        @OptionGroup var target: InstanceTarget

        func run() async throws {
            try await reporting {
                let found = try await ServiceClient(target.connection).query("instances.get", target.input)
                target.connection.show(found, naming: "id") {
                    Output.fields([
                        ("instance", found["id"]?.string), ("run", found["runId"]?.string),
                        ("state", found["status"]?.string), ("runtime", found["runtime"]?.string),
                        ("created", found["createdAt"]?.string),
                        ("age", found["ageSeconds"]?.double.map(Output.span)), ("image", found["image"]?.string),
                        ("memory", found["memoryBytes"]?.int.map(Output.megabytes)),
                        ("cpu", found["cpuSeconds"]?.double.map(Output.span)),
                    ])
                }
            }
        }
    }

    /// `caretaker instance remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes an instance: its run is cancelled, and what the agent did is kept.",
            discussion: """
                  caretaker instance remove INSTANCE
                """
        )

        @OptionGroup var target: InstanceTarget

        func run() async throws {
            try await reporting {
                let removed = try await ServiceClient(target.connection).mutate("instances.remove", target.input)
                target.connection.show(removed, naming: nil) { print(removed["status"]?.string ?? "") }
            }
        }
    }
}

/// The instance that a command is about.
struct InstanceTarget: ParsableArguments {
    @Argument(help: "The instance's id.")
    var instance: String

    @OptionGroup var connection: ConnectionOptions

    var input: JSONValue { ["id": .string(instance)] }
}
