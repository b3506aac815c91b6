import AgentStream
import ArgumentParser
import Foundation
import Glibc

/// `caretaker apply`: makes tasks and schedules what files say they are.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Makes tasks and schedules what files say they are.",
        discussion: """
            A file holds YAML documents of the kinds task and schedule; caretaker export writes some, and caretaker \
            documentation task-schema prints what may stand in them. All of the files are applied at once, or nothing is \
            when one has a fault. What changes is told first, field by field. A task or schedule of a file is kept there: \
            the page and other commands do not change it.

              caretaker apply -f tasks/ --dry-run
              caretaker apply -f tasks/ --prune
            """
    )

    @Option(
        name: [.short, .customLong("file")],
        help: "The file, or a folder whose .yaml, .yml and .json files all count that are not hidden."
    )
    var file: String

    @Flag(help: "Deletes the tasks and schedules that files of this path declared and no longer do.")
    var prune = false

    @Flag(help: "Only tells what would change.")
    var dryRun = false

    @Flag(help: "Takes over what other files declare.")
    var force = false

    @Option(
        help: """
            A name for the path, such as the address of a repository, for files that do not always lie in the same place.
            """
    )
    var owner: String?

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let files = try read()
            let client = try ServiceClient(connection)
            let plan = try await apply(files, client, isDryRun: true)
            let problems = (plan["problems"]?.array ?? []).map { files.problem($0, among: files.documents) }
            try refuse(problems)
            if connection.format == .table, !connection.output.quiet {
                let text = PlanText(isColored: Terminal.wantsColor(ProcessInfo.processInfo.environment))
                for line in text.lines(plan) { print(line) }
            }
            guard !dryRun, !isEmpty(plan) else {
                connection.show(plan, naming: nil) {}
                return
            }
            let applied = try await apply(files, client, isDryRun: false)
            // They may have become wrong since.
            try refuse((applied["problems"]?.array ?? []).map { files.problem($0, among: files.documents) })
            connection.show(applied, naming: nil) { print("applied") }
        }
    }

    /// Whether nothing would change.
    private func isEmpty(_ plan: JSONValue) -> Bool {
        (plan["changes"]?.array ?? []).allSatisfy { $0["action"] == "keep" }
    }

    private func read() throws -> TaskFiles {
        let files: TaskFiles
        do {
            files = try TaskFiles(file)
        } catch {
            throw Failure(error.description, code: EX_NOINPUT)
        }
        try refuse(files.problems)
        if prune, files.isEmpty {
            throw Failure("\(file) holds no file, so nothing was deleted", code: EX_NOINPUT)
        }
        return files
    }

    /// Tells what is wrong with the files, if anything, and ends.
    private func refuse(_ problems: [TaskFileProblem]) throws {
        guard !problems.isEmpty else { return }
        connection.show(["applied": false, "problems": .array(problems.map(\.json))], naming: nil) {}
        throw Failure(
            (problems.sorted(by: <).map(\.description) + ["nothing was applied"]).joined(separator: "\n"),
            code: EX_DATAERR
        )
    }

    private func apply(_ files: TaskFiles, _ client: ServiceClient, isDryRun: Bool) async throws -> JSONValue {
        let documents = files.documents.map { document -> JSONValue in
            ["file": .string(name(of: document.file.path, files)), "content": document.content]
        }
        return try await client.mutate(
            "files.apply",
            [
                "documents": .array(documents), "owner": .string(owner ?? files.root), "prune": .bool(prune),
                "dryRun": .bool(isDryRun), "force": .bool(force),
            ]
        )
    }

    /// What a file is called to the service.
    private func name(of path: String, _ files: TaskFiles) -> String {
        guard let owner else { return path }
        let rest = path == files.root ? path.split(separator: "/").last.map { "/\($0)" } : nil
        return owner + (rest ?? String(path.dropFirst(files.root.count)))
    }
}
