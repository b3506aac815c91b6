import AgentStream
import ArgumentParser

/// How a client command finds the service and in which form it answers.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The service's unix socket.")
    var socket: String?

    @Option(help: "The service's URL, such as https://host:4000, instead of a socket.")
    var server: String?

    @Option(help: "The token, where one is needed. Default: $CARETAKER_TOKEN.")
    var token: String?

    @OptionGroup var output: OutputOptions

    var format: OutputOptions.Format { output.format }

    /// Prints an answer in the form that is wanted; see `OutputOptions`.
    func show(_ value: JSONValue, naming key: String?, _ table: () throws -> Void) rethrows {
        try output.show(value, naming: key, table)
    }
}
