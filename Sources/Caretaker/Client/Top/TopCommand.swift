import AgentStream
import ArgumentParser
import Foundation

/// `caretaker top`: what is going on, kept up to date.
struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows what runs, what waits and why, what comes next and how the last runs ended.",
        discussion: """
            On a terminal it stays and shows every change at once, until Ctrl-C; elsewhere it prints once. It survives \
            a restart of the service.

              caretaker top
              caretaker top --once --format json
            """
    )

    @Flag(help: "Prints once, also on a terminal.")
    var once = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(connection)
            let isLive = Terminal.isPresent && ProcessInfo.processInfo.environment["TERM"] != "dumb"
            if isLive, !once, connection.format == .table, !connection.output.quiet {
                let inColor = Terminal.wantsColor(ProcessInfo.processInfo.environment)
                return try await TopDisplay(client: client, inColor: inColor).run()
            }
            let picture = try await TopPicture.take(client, limit: 100)
            guard connection.format == .table, !connection.output.quiet else {
                return connection.show(picture.overview, naming: nil) {}
            }
            let screen = TopScreen(picture: picture, age: .zero, trouble: nil)
            for line in screen.lines(width: Terminal.width, height: nil) { print(line.text) }
        }
    }
}
