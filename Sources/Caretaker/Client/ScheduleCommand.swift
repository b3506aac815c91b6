import AgentStream
import ArgumentParser
import Glibc

/// `caretaker schedule`: makes schedules and looks at them.
struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Makes, shows, edits, pauses and deletes schedules, and tells what became of their slots.",
        subcommands: [
            ScheduleCreateCommand.self, List.self, Show.self, ScheduleEditCommand.self, Delete.self,
            SchedulePauseCommand.self, ScheduleResumeCommand.self, SchedulePauseAllCommand.self,
            ScheduleResumeAllCommand.self, SchedulePauseStateCommand.self, Run.self, ScheduleSlotsCommand.self,
            SchedulePreviewCommand.self,
            ScheduleBackfillCommand.self,
        ]
    )

    /// `caretaker schedule list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the schedules, oldest first.",
            discussion: """
                  caretaker schedule list
                  caretaker schedule list --task tidy-up --quiet
                """
        )

        @Option(help: "Only schedules of this task.")
        var task: String?

        @Option(help: "Only schedules that were made after the one of this id.")
        var after: String?

        @Option(help: "How many at most.")
        var limit = 100

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                var input: JSONObject = ["limit": JSONValue(limit)]
                input["taskId"] = task.map { .string($0) }
                input["after"] = after.map { .string($0) }
                let schedules = try await ServiceClient(connection).query("schedules.list", .object(input))
                connection.show(schedules, naming: "slug") {
                    Output.table(
                        [
                            "SCHEDULE", .cut("EXPRESSION", 4), .cut("ZONE", 2), .cut("REPOSITORY", 1),
                            .cut("STATE", 5), .cut("NEXT", 3),
                        ],
                        (schedules.array ?? []).map { schedule in
                            ["slug", "expression", "zone", "repository", "state", "next"]
                                .map { schedule[$0]?.string ?? "" }
                        }
                    )
                }
            }
        }
    }

    /// `caretaker schedule show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a schedule.",
            discussion: """
                  caretaker schedule show nightly
                """
        )

        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let found = try await ServiceClient(target.connection).query("schedules.byId", target.input)
                guard !found.isNull else {
                    throw Failure("There is no schedule \(target.schedule).", code: EX_SOFTWARE)
                }
                ScheduleOutput.schedule(found, target.connection)
            }
        }
    }

    /// `caretaker schedule delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a schedule: its queued runs are cancelled; its slots and other runs stay readable.",
            discussion: """
                  caretaker schedule delete nightly --dry-run
                  caretaker schedule delete nightly
                """
        )

        @Flag(help: "Only tells what would become of its runs.")
        var dryRun = false

        @OptionGroup var force: ForceOption
        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let client = try ServiceClient(target.connection)
                if dryRun { return try await DeletionPlan(schedule: target.schedule, client).show(target.connection) }
                let input = force.adding(to: ["id": .string(target.schedule)])
                let deleted = try await client.mutate("schedules.delete", input)
                target.connection.show(deleted, naming: "slug") {}
            }
        }
    }

    /// `caretaker schedule run`.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts a run of a schedule now, also of one that is paused; prints the run's id.",
            discussion: """
                  caretaker schedule run nightly
                """
        )

        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("schedules.runNow", target.input)
                target.connection.show(run, naming: "id") { print(run["id"]?.string ?? "") }
            }
        }
    }
}

/// The schedule that a command is about.
struct ScheduleTarget: ParsableArguments {
    @Argument(help: "The schedule's slug or id.")
    var schedule: String

    @OptionGroup var connection: ConnectionOptions

    var input: JSONValue { ["id": .string(schedule)] }
}
