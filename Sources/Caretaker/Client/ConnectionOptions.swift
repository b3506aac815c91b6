import ArgumentParser

/// How a client command finds the service and in which form it answers.
struct ConnectionOptions: ParsableArguments {
    /// The form of a command's answer.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(help: "The service's unix socket.")
    var socket: String?

    @Option(help: "The service's URL, such as https://host:4000, instead of a socket.")
    var server: String?

    @Option(help: "The token, where one is needed. Default: $CARETAKER_TOKEN.")
    var token: String?

    @Option(help: "The answer's form.")
    var format: Format = .text
}
