import ArgumentParser
import Foundation
import Glibc
import Store

/// `caretaker import`: takes over what claude-code-runner has in its database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes over the tasks, runs and messages of claude-code-runner.",
        discussion: """
            The file is the SQLite database that DATABASE_URL of claude-code-runner names; it is only read. Tasks keep \
            their ids, and everything keeps its times. Runs come as lost, since it was not kept how they ended; nothing is \
            started, and they count in no figures. Importing again takes only what is new, also after an import that was \
            broken off: a run comes with all its messages or not at all. What could not be taken as it was is told; the \
            exit code is 1 when something could not be taken at all.

              caretaker import dev.db --dry-run
              caretaker import dev.db
            """
    )

    @Argument(help: "The database of claude-code-runner.")
    var file: String

    @Flag(help: "Only tells what would be taken.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let database = try open()
            let progress = ProgressLine(isQuiet: connection.output.quiet)
            let importer = Importer(
                database: database,
                client: try ServiceClient(connection),
                isDryRun: dryRun,
                progress: progress
            )
            let report: ImportReport
            do {
                defer { progress.clear() }
                report = try await importer.run()
            } catch let error as StoreError {
                throw Failure(error.message, code: EX_DATAERR)
            }
            connection.show(report.json, naming: nil) {
                for line in report.lines { print(line) }
            }
            guard report.refused == 0 else { throw ExitCode(1) }
        }
    }

    private func open() throws -> OriginalDatabase {
        do {
            return try OriginalDatabase(path: file)
        } catch let error as StoreError {
            throw Failure(error.message, code: error.code == .notFound ? EX_NOINPUT : EX_DATAERR)
        } catch {
            throw Failure("\(file) cannot be read: \(error)", code: EX_DATAERR)
        }
    }
}
