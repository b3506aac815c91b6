import AgentStream
import ArgumentParser

/// `caretaker schedule slots`.
struct ScheduleSlotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slots",
        abstract: "Tells what became of a schedule's slots, newest first.",
        discussion: """
            Slots in a row that were skipped for one reason share a line. Open slots are not accounted for yet.

              caretaker schedule slots nightly --limit 30
            """
    )

    @Option(help: "Only what begins before this time; for the next page, where the last one ended.")
    var before: String?

    @Option(help: "How many lines at most.")
    var limit = 100

    @OptionGroup var target: ScheduleTarget

    func run() async throws {
        try await reporting {
            var input: JSONObject = ["id": .string(target.schedule), "limit": JSONValue(limit)]
            input["before"] = before.map { .string($0) }
            let slots = try await ServiceClient(target.connection).query("schedules.slots", .object(input))
            target.connection.show(slots, naming: "runId") {
                let columns: [TextTable.Column] = [
                    .cut("SLOT", 3), .cut("LAST", 1), "COUNT", .cut("OUTCOME", 2), "RUN",
                ]
                Output.table(columns, (slots.array ?? []).map(Self.row))
            }
        }
    }

    private static func row(_ slot: JSONValue) -> [String] {
        if slot["kind"] == "run" {
            let outcome = "\(slot["state"]?.string ?? "") (\(slot["trigger"]?.string ?? ""))"
            return [slot["slot"]?.string ?? "", "", "1", outcome, slot["runId"]?.string ?? ""]
        }
        let count = slot["count"]?.int.map { slot["countIsAtLeast"] == true ? "\($0) or more" : "\($0)" } ?? "?"
        let outcome = slot["reason"]?.string.map { "skipped (\($0))" } ?? "due"
        return [
            slot["first"]?.string ?? "?", slot["last"]?.string ?? "?", count,
            slot["open"] == true ? "\(outcome), open" : outcome, "",
        ]
    }
}

/// `caretaker schedule backfill`.
struct ScheduleBackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Makes runs of the skipped slots of a time in the past, at most 100; prints the runs' ids.",
        discussion: """
              caretaker schedule backfill nightly --from 2026-03-01 --to 2026-03-08T12:00
            """
    )

    @Option(help: "From this time on, such as 2026-03-08T00:00, in the schedule's zone.")
    var from: String

    @Option(help: "Until this time.")
    var to: String

    @OptionGroup var target: ScheduleTarget

    func run() async throws {
        try await reporting {
            let input: JSONValue = ["id": .string(target.schedule), "from": .string(from), "to": .string(to)]
            let made = try await ServiceClient(target.connection).mutate("schedules.backfill", input)
            let output = target.connection.output
            guard output.format == .table else { return output.show(made, naming: nil) {} }
            for run in made["runs"]?.array ?? [] { print(run.string ?? "") }
            if !output.quiet { ScheduleOutput.notes(ofBackfill: made) }
        }
    }
}

/// `caretaker schedule preview`.
struct SchedulePreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows when an expression would be due, with the service's zones and defaults.",
        discussion: """
              caretaker schedule preview 'H H(1-5) * * *' --zone Europe/Berlin
            """
    )

    @Argument(help: "The cron expression.")
    var expression: String

    @Option(help: "The time zone. Default: schedules.timezone, else that of the service's host.")
    var zone: String?

    @Option(help: "How many times.")
    var count = 5

    @Option(help: "The schedule that it is for, as H depends on it.")
    var id: String?

    @Option(help: "After this time. Default: now.")
    var after: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            var input: JSONObject = ["expression": .string(expression), "count": JSONValue(count)]
            input["zone"] = zone.map { .string($0) }
            input["id"] = id.map { .string($0) }
            input["after"] = after.map { .string($0) }
            let preview = try await ServiceClient(connection).query("schedules.preview", .object(input))
            connection.show(preview, naming: nil) {
                Output.fields(
                    [
                        ("meaning", preview["explanation"]?.string), ("resolved", preview["resolved"]?.string),
                        ("zone", preview["zone"]?.string),
                    ]
                        + (preview["next"]?.array ?? []).map { ("next", $0.string) }
                        + (preview["clockChanges"]?.array ?? []).map { ("clock change", $0["text"]?.string) }
                        + (preview["lint"]?.array ?? []).map { ("note", $0["message"]?.string) }
                )
            }
        }
    }
}
