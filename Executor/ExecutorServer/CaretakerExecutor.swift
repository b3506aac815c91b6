import ArgumentParser

/// The command `caretaker-executor`.
@main
struct CaretakerExecutor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caretaker-executor",
        abstract: "Runs a coding agent for Caretaker and relays what it says.",
        version: ExecutorVersion.current,
        subcommands: [StartCommand.self, ServeCommand.self, ExecCommand.self]
    )
}
