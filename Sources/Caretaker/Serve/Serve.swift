import ArgumentParser
import Foundation
import Glibc
import Journal

/// `caretaker serve`: the service itself.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service until SIGTERM or SIGINT; executors go on and are found again at the next start.",
        discussion: """
            A value is taken from a flag, else from the environment (CARETAKER_SERVER_LISTEN for server.listen), \
            else from the file, else from the default. Exit codes: 75 when another service has the state directory, \
            78 when the configuration cannot be used.

              caretaker serve --config /etc/caretaker/caretaker.yaml
              caretaker serve --listen 127.0.0.1:8080 --state-dir ./state
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "HOST:PORT to listen on (server.listen).")
    var listen: String?

    @Option(help: "The unix socket to listen on (server.socket).")
    var socket: String?

    @Option(help: "Where state is kept (state_dir).")
    var stateDir: String?

    @Option(help: "What runs executors (runtime).")
    var runtime: String?

    func run() async throws {
        try await options.reporting {
            let inherited = ListenDescriptor.take()
            let flags = [
                "server.listen": listen, "server.socket": socket, "state_dir": stateDir, "runtime": runtime,
            ]
            let reader = options.reader(flags: flags.compactMapValues { $0 })
            let configuration = try await ServiceConfiguration(reader)
            OwnSecrets.guardFromOthers()
            try await Service(configuration, reader: reader, inherited: inherited).run()
        }
    }
}

/// Why a command ends without having done its work.
struct Failure: Error {
    let message: String
    let code: Int32
    /// What the service said of an input, field by field.
    let issues: [InputIssue]

    init(_ message: String, code: Int32, issues: [InputIssue] = []) {
        self.message = message
        self.code = code
        self.issues = issues
    }

    /// Says it on standard error; what the command then throws to exit with the code.
    var reported: ExitCode {
        FileHandle.standardError.write(Data("caretaker: \(message)\n".utf8))
        return ExitCode(code)
    }
}
