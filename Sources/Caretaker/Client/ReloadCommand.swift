import AgentStream
import ArgumentParser

/// `caretaker reload`: has the service read its configuration anew.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Has the service read its configuration anew, and says which keys changed and which need a restart.",
        discussion: """
            A configuration with an error is refused with its file, line and key, and the one before stays in force. \
            SIGHUP does the same, with the outcome in the log.

              caretaker reload
            """
    )

    @Flag(help: "Wait until the new configuration is in force; this is what the command always does.")
    var wait = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let outcome = try await ServiceClient(connection).mutate("service.reload", [:])
            connection.show(outcome, naming: nil) {
                let changed = outcome["changed"]?.array?.compactMap(\.string) ?? []
                let waiting = outcome["needRestart"]?.array?.compactMap(\.string) ?? []
                print(changed.isEmpty ? "Nothing has changed." : "In force now: \(changed.joined(separator: ", "))")
                if !waiting.isEmpty { print("Needs restart: \(waiting.joined(separator: ", "))") }
            }
        }
    }
}
