import AgentStream
import ArgumentParser
import Cron

/// `caretaker cron next`.
struct CronNextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Lists the next instants at which an expression fires.",
        discussion: """
            With --batch each line of standard input is EXPRESSION, ZONE, AFTER and COUNT with a tab between, and each \
            line of standard output {"next":[…]} or {"error":"…"}. An empty zone is the host's, an empty AFTER is now.

              caretaker cron next '@daily' --count 10
              caretaker cron next '0 9 * * *' --after 2026-03-08T00:00 --format json
            """
    )

    @Argument(help: "The expression, as '30 2 * * 1-5'.")
    var expression: String?

    @Option(help: "Only instants after this one, in ISO 8601; without an offset it is in the zone. Default: now.")
    var after: String?

    @Option(help: "How many.")
    var count = 5

    @Flag(help: "Reads many expressions from standard input.")
    var batch = false

    @OptionGroup var options: CronOptions

    func validate() throws {
        guard batch == (expression == nil) else { throw ValidationError("Give either an expression or --batch.") }
        guard (1...CronBatch.mostInstants).contains(count) else {
            throw ValidationError("--count must be 1 to \(CronBatch.mostInstants).")
        }
    }

    func run() async throws {
        try await reporting {
            guard let expression else { return try CronBatch(id: options.id, count: count).run() }
            var reader = CronReader()
            let (parsed, zone) = try reader.read(expression, zone: options.zone, id: options.id)
            let table = try reader.timetable(parsed, zone)
            let starts = table.starts(after: try reader.instant(after, zone: zone), count: count)
            guard options.output.format == .table else {
                return options.output.show(["next": .array(starts.map { .string($0.text) })], naming: nil) {}
            }
            for start in starts { print(start.text) }
        }
    }
}
