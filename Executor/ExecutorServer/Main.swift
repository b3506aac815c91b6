import ArgumentParser

/// The program's entry point.
@main
enum Main {
    static func main() async {
        // Signals have to be blocked on the first thread, before there is a second one that could take them.
        if CommandLine.arguments.dropFirst().first == "serve" { Signals.block() }
        await CaretakerExecutor.main()
    }
}

/// The command `caretaker-executor`.
struct CaretakerExecutor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caretaker-executor",
        abstract: "Runs a coding agent for Caretaker and relays what it says.",
        version: ExecutorVersion.current,
        subcommands: [StartCommand.self, ServeCommand.self, ExecCommand.self]
    )
}
