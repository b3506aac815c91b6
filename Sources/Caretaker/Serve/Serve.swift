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
            """
    )

    @Option(help: "The configuration file. Default: $CARETAKER_CONFIG, else none.")
    var config: String?

    @Option(help: "HOST:PORT to listen on (server.listen).")
    var listen: String?

    @Option(help: "The unix socket to listen on (server.socket).")
    var socket: String?

    @Option(help: "Where state is kept (state_dir).")
    var stateDir: String?

    @Option(help: "What runs executors (runtime).")
    var runtime: String?

    func run() async throws {
        do {
            let inherited = ListenDescriptor.take()
            let reader = reader
            let configuration = try await ServiceConfiguration(reader)
            OwnSecrets.guardFromOthers()
            try await Service(configuration, reader: reader, inherited: inherited).run()
        } catch let problems as ConfigurationProblems {
            throw Failure(problems.description, code: EX_CONFIG).reported
        } catch let failure as Failure {
            throw failure.reported
        }
    }

    private var reader: ConfigurationReader {
        let flags = [
            "server.listen": listen, "server.socket": socket, "state_dir": stateDir, "runtime": runtime,
        ]
        let environment = ProcessInfo.processInfo.environment
        return ConfigurationReader(
            flags: flags.compactMapValues { $0 },
            environment: environment,
            file: config ?? environment["CARETAKER_CONFIG"]
        )
    }
}

/// Why a command ends without having done its work.
struct Failure: Error {
    let message: String
    let code: Int32

    init(_ message: String, code: Int32) {
        self.message = message
        self.code = code
    }

    /// Says it on standard error; what the command then throws to exit with the code.
    var reported: ExitCode {
        FileHandle.standardError.write(Data("caretaker: \(message)\n".utf8))
        return ExitCode(code)
    }
}
