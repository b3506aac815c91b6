import ArgumentParser

/// `caretaker image`: the image that executors' containers are made from.
struct ImageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract: "Builds the image that runs are carried out in, or shows it.",
        subcommands: [ImageBuildCommand.self, ImageShowCommand.self]
    )

    /// What the image is called unless the configuration says otherwise.
    static let defaultTag = "caretaker-executor:latest"
}
