import AgentStream
import ArgumentParser

/// `caretaker notify`: tries whether notices arrive.
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Tries whether notices arrive.",
        subcommands: [Test.self]
    )

    /// `caretaker notify test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has the service send a notice of the type test to notify.webhook, once.",
            discussion: """
                Exit codes: 0 when the receiver took it, 1 when it did not.

                  caretaker notify test
                """
        )

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let trial = try await ServiceClient(connection).mutate("notify.test", [:])
                connection.show(trial, naming: nil) {
                    let host = VisibleText.oneLine(trial["host"]?.string ?? "", limit: 300)
                    print("\(host): \(VisibleText.oneLine(trial["detail"]?.string ?? "", limit: 2000))")
                }
                guard trial["delivered"]?.bool == true else { throw ExitCode(1) }
            }
        }
    }
}
