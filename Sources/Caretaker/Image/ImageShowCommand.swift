import ArgumentParser

/// `caretaker image show`.
struct ImageShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the image: its id, size, age, and the versions of executor and agent.",
        discussion: """
              caretaker image show
              caretaker image show --format json
            """
    )

    @OptionGroup
    var engine: EngineOptions

    @Option(help: "What the image is called.")
    var tag = ImageCommand.defaultTag

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        do {
            try ImageDescription(of: tag, by: engine.command()).show(output)
        } catch let failure as Failure {
            throw failure.reported
        }
    }
}
