import AgentStream
import ArgumentParser

/// `caretaker figures`: what the runs of each day came to.
struct FiguresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures",
        abstract: "Tells what each day's runs came to: how they ended, what they cost, how long they took.",
        discussion: """
            Days are those of UTC on which runs ended. For example: caretaker figures --days 7 --task tidy-up
            """
    )

    @Option(help: "How many days, up to today.")
    var days = 30

    @Option(help: "Only the runs of this task, by its id or slug.")
    var task: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            var input: JSONObject = ["days": JSONValue(days)]
            input["task"] = task.map { .string($0) }
            let client = try ServiceClient(connection)
            let figures = try await client.query("figures.days", .object(input))
            guard connection.format == .text else { return Output.json(figures) }
            var names: [String: String] = [:]
            for task in try await client.query("tasks.list").array ?? [] {
                names[task["id"]?.string ?? ""] = task["slug"]?.string
            }
            Output.table(
                ["DAY", "TASK", "STATE", "RUNS", "COST", "MEAN DURATION"],
                (figures.array ?? []).map { Self.row($0, names) }
            )
        }
    }

    private static func row(_ figures: JSONValue, _ names: [String: String]) -> [String] {
        let task = figures["taskId"]?.string ?? ""
        let started = figures["started"]?.int ?? 0
        let mean = started > 0 ? (figures["durationSeconds"]?.double ?? 0) / Double(started) : nil
        return [
            figures["day"]?.string ?? "", names[task] ?? task, figures["state"]?.string ?? "",
            "\(figures["runs"]?.int ?? 0)", "$\(((figures["costUSD"]?.double ?? 0) * 10_000).rounded() / 10_000)",
            mean.map { "\(($0 * 10).rounded() / 10) s" } ?? "",
        ]
    }
}
