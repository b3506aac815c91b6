import AgentStream
import ArgumentParser
import Glibc
import Model
import Store

/// `caretaker backup`: copies the database while the service writes to it.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the database into a file, while the service goes on.",
        discussion: """
            The service makes the copy, as of one moment, and the file is written with your rights. With --state-dir it is \
            copied from there instead, whether a service runs or not. A file that is there is never overwritten.

              caretaker backup caretaker-2026-03-08.sqlite
              caretaker backup copy.sqlite --state-dir /var/lib/caretaker
            """
    )

    @Argument(help: "The file to write.")
    var file: String

    @Option(help: "Copies from this state directory, without the service.")
    var stateDir: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let began = ContinuousClock.now
            let file = try FileAside(file)
            let progress = ProgressLine(isQuiet: connection.output.quiet)
            if let stateDir {
                try await progress.ticking("copying the database") {
                    try Self.copy(from: stateDir, to: file.aside)
                }
            } else {
                try await ServiceClient(connection).download("/backup", to: file, within: .seconds(3600), progress)
            }
            let bytes = try file.finish()
            let took = began.duration(to: .now)
            let answer: JSONValue = [
                "file": .string(self.file), "bytes": .init(Int(bytes)), "seconds": .init(took.seconds),
            ]
            connection.show(answer, naming: nil) { print("\(self.file): \(bytes) bytes in \(Output.seconds(took))") }
        }
    }

    private static func copy(from folder: String, to path: String) throws {
        do {
            let state = try StoreFile(folder: folder)
            try state.copy(to: path)
            try state.close()
        } catch {
            throw Failure("\(error)", code: EX_SOFTWARE)
        }
    }
}
