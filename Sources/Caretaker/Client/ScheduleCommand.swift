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
            ScheduleResumeAllCommand.self, Run.self, ScheduleSlotsCommand.self, SchedulePreviewCommand.self,
            ScheduleBackfillCommand.self,
        ]
    )

    /// `caretaker schedule list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the schedules, oldest first.")

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
                guard connection.format == .text else { return Output.json(schedules) }
                Output.table(
                    ["SCHEDULE", "EXPRESSION", "ZONE", "REPOSITORY", "STATE", "NEXT"],
                    (schedules.array ?? []).map { schedule in
                        [
                            schedule["slug"]?.string ?? "", schedule["expression"]?.string ?? "",
                            schedule["zone"]?.string ?? "", schedule["repository"]?.string ?? "",
                            schedule["state"]?.string ?? "", schedule["next"]?.string ?? "",
                        ]
                    }
                )
            }
        }
    }

    /// `caretaker schedule show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a schedule.")

        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let found = try await ServiceClient(target.connection).query("schedules.byId", target.input)
                guard !found.isNull else {
                    throw Failure("There is no schedule \(target.schedule).", code: EX_SOFTWARE)
                }
                ScheduleOutput.schedule(found, target.connection.format)
            }
        }
    }

    /// `caretaker schedule delete`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Deletes a schedule: its queued runs are cancelled; its slots and other runs stay readable."
        )

        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let deleted = try await ServiceClient(target.connection).mutate("schedules.delete", target.input)
                if target.connection.format == .json { Output.json(deleted) }
            }
        }
    }

    /// `caretaker schedule run`.
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Starts a run of a schedule now, also of one that is paused; prints the run's id."
        )

        @OptionGroup var target: ScheduleTarget

        func run() async throws {
            try await reporting {
                let run = try await ServiceClient(target.connection).mutate("schedules.runNow", target.input)
                target.connection.format == .json ? Output.json(run) : print(run["id"]?.string ?? "")
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
