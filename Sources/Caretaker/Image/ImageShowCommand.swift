import ArgumentParser

/// `caretaker image show`.
struct ImageShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the image: its id, size, age, and the versions of executor and agent."
    )

    @OptionGroup
    var engine: EngineOptions

    @Option(help: "What the image is called.")
    var tag = ImageCommand.defaultTag

    func run() throws {
        do {
            print(try ImageDescription(of: tag, by: engine.command()).text, terminator: "")
        } catch let failure as Failure {
            throw failure.reported
        }
    }
}
