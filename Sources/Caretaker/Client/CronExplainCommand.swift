import ArgumentParser
import Cron
import Server

/// `caretaker cron explain`.
struct CronExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says in plain English when an expression fires, and what is odd about it.",
        discussion: """
              caretaker cron explain '30 2 * * 1-5' --zone Europe/Berlin
            """
    )

    @Argument(help: "The expression, as '30 2 * * 1-5'.")
    var expression: String

    @OptionGroup var options: CronOptions

    func run() async throws {
        try await reporting {
            var reader = CronReader()
            let (parsed, zone) = try reader.read(expression, zone: options.zone, id: options.id)
            let table = try reader.timetable(parsed, zone)
            let preview = SchedulePreview(parsed, table, after: try reader.instant(nil, zone: zone), count: 3)
            options.output.show(WireSchedulePreview.value(preview), naming: nil) { print(preview) }
        }
    }

    private func print(_ preview: SchedulePreview) {
        Output.fields(
            [("meaning", preview.explanation), ("resolved", preview.resolved), ("zone", preview.zone)]
                + preview.next.map { ("next", $0.text) }
                + preview.clockChanges.map { ("clock change", $0.description) }
                + preview.lint.map { ("note", $0.description) }
        )
    }
}
