import AgentStream
import ArgumentParser
import Foundation
import Glibc

/// `caretaker export`: writes tasks with their schedules as files.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes tasks with their schedules as files for caretaker apply.",
        discussion: """
            The values of environment variables and headers whose names sound like secrets (token, key, password, ...) are \
            left out: null stands there, and applying the file keeps the value that the service has.

              caretaker export --output tasks/
              caretaker export nightly-tidy
            """
    )

    @Argument(help: "The tasks' slugs or ids. Default: all.")
    var tasks: [String] = []

    @Option(name: .shortAndLong, help: "A folder in which every task gets a file. Default: all is printed.")
    var output: String?

    @Flag(help: "Replaces files that are there already.")
    var force = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let input: JSONValue = tasks.isEmpty ? [:] : ["tasks": .array(tasks.map { .string($0) })]
            let documents = try await ServiceClient(connection).query("files.export", input).array ?? []
            guard let output else {
                return connection.show(.array(documents), naming: "slug") {
                    print(YAMLText.of(documents: documents), terminator: "")
                }
            }
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            for document in documents { try write(document, in: output) }
        }
    }

    private func write(_ document: JSONValue, in folder: String) throws {
        let path = URL(fileURLWithPath: folder).appending(path: "\(document["slug"]?.string ?? "").yaml").relativePath
        let text = YAMLText.of(document)
        if force, FileManager.default.fileExists(atPath: path) {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } else {
            let file = try FileAside(path)
            try file.write(Array(text.utf8))
            _ = try file.finish()
        }
        if connection.format == .table { print(path) }
    }
}
