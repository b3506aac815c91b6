import AgentStream
import ArgumentParser

/// `caretaker figures`: what the runs of each day came to.
struct FiguresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures",
        abstract: "Tells what each day's runs came to: how they ended, what they cost, how long they took.",
        discussion: """
            Days are those of UTC on which runs ended; LATE is how long after their slots runs of schedules were made, \
            on the mean.

              caretaker figures --days 7 --task tidy-up
              caretaker figures --format json
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
            var names: [String: String] = [:]
            for task in try await client.query("tasks.list").array ?? [] {
                names[task["id"]?.string ?? ""] = task["slug"]?.string
            }
            connection.show(figures, naming: "day") {
                Output.table(
                    ["DAY", .cut("TASK", 1), .cut("STATE", 2), "RUNS", "COST", .cut("MEAN DURATION", 3), "LATE"],
                    (figures.array ?? []).map { Self.row($0, names) }
                )
            }
        }
    }

    private static func row(_ figures: JSONValue, _ names: [String: String]) -> [String] {
        let task = figures["taskId"]?.string ?? ""
        let started = figures["started"]?.int ?? 0
        let mean = started > 0 ? (figures["durationSeconds"]?.double ?? 0) / Double(started) : nil
        let slots = figures["slots"]?.int ?? 0
        let late = slots > 0 ? (figures["latenessSeconds"]?.double ?? 0) / Double(slots) : nil
        return [
            figures["day"]?.string ?? "", names[task] ?? task, figures["state"]?.string ?? "",
            "\(figures["runs"]?.int ?? 0)", Amounts.dollars(figures["costUSD"]?.double ?? 0), Self.seconds(mean),
            Self.seconds(late),
        ]
    }

    private static func seconds(_ mean: Double?) -> String {
        mean.map { "\(($0 * 10).rounded() / 10) s" } ?? ""
    }
}
