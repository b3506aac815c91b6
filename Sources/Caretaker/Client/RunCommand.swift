import AgentStream
import ArgumentParser
import Glibc
import Model

/// `caretaker run`: starts runs and looks at them.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Starts, lists, shows, cancels and retries runs.",
        subcommands: [
            RunStartCommand.self, List.self, RunShowCommand.self, Logs.self, Cancel.self, Retry.self,
            RunResultCommand.self,
            RunDiffCommand.self,
        ]
    )

    /// `caretaker run list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists runs, newest first.",
            discussion: """
                  caretaker run list --state queued
                  caretaker run list --task tidy-up --limit 100 --quiet
                """
        )

        @Option(help: "Only runs of this task.")
        var task: String?

        @Option(help: "Only runs of this schedule.")
        var schedule: String?

        @Option(help: "Only runs in this state.")
        var state: String?

        @Option(help: "Only runs older than the one of this id; for the next page, the last one's.")
        var before: String?

        @Option(help: "How many at most.")
        var limit = 20

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                var input: JSONObject = ["limit": JSONValue(limit)]
                input["taskId"] = task.map { .string($0) }
                input["scheduleId"] = schedule.map { .string($0) }
                input["state"] = state.map { .string($0) }
                input["before"] = before.map { .string($0) }
                let runs = try await ServiceClient(connection).query("runs.list", .object(input))
                connection.show(runs, naming: "id") {
                    Output.table(
                        ["RUN", .cut("TASK", 3), .cut("REPOSITORY", 1), .cut("STATE", 4), .cut("CREATED", 2), "COST"],
                        (runs.array ?? []).map(Self.row)
                    )
                }
            }
        }

        private static func row(_ run: JSONValue) -> [String] {
            [
                run["id"]?.string ?? "", run["name"]?.string ?? "", run["repository"]?.string ?? "",
                RunEnd.shown(run), run["createdAt"]?.string ?? "", run["costUSD"]?.double.map(Amounts.dollars) ?? "",
            ]
        }
    }

    /// `caretaker run logs`.
    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows what happened in a run.",
            discussion: """
                On a terminal in colour; what an agent wrote cannot do a terminal harm. With --follow also the text \
                that is being written, until it is complete. --format json prints the messages as they are stored.

                  caretaker run logs RUN --follow
                  caretaker run logs RUN --format json > messages.jsonl
                """
        )

        @Flag(help: "Waits for more until the run has ended.")
        var follow = false

        @Option(help: "Only messages after this number.")
        var after = 0

        @OptionGroup var transcript: TranscriptOptions

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(target.connection)
                let output = target.connection.output
                let follower = RunFollower(client: client, output: output, options: transcript.text)
                if follow {
                    _ = try await follower.follow(target.run, after: after)
                } else {
                    try await follower.printStored(target.run, after: after)
                }
            }
        }
    }

    /// `caretaker run cancel`.
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a run; what the agent did is kept.",
            discussion: """
                  caretaker run cancel RUN
                """
        )

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("runs.cancel", target.input)
                target.connection.show(run, naming: "id") { print(RunEnd.shown(run)) }
            }
        }
    }

    /// `caretaker run retry`.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts a new run that repeats one which has ended.",
            discussion: """
                  caretaker run retry RUN
                """
        )

        @OptionGroup var target: RunTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("runs.retry", target.input)
                target.connection.show(run, naming: "id") { print(run["id"]?.string ?? "") }
            }
        }
    }
}

/// The run that a command is about.
struct RunTarget: ParsableArguments {
    @Argument(help: "The run's id.")
    var run: String

    @OptionGroup var connection: ConnectionOptions

    var input: JSONValue { ["id": .string(run)] }
}
