import AgentStream
import ArgumentParser
import Glibc

/// `caretaker run result`.
struct RunResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Shows what the agent did, or writes it to files.",
        discussion: """
              caretaker run result RUN
              caretaker run result RUN --bundle work.bundle --patch work.patch
            """
    )

    @Option(help: "Writes the commits to this file, as a git bundle.")
    var bundle: String?

    @Option(help: "Writes the uncommitted work to this file, as a patch.")
    var patch: String?

    @OptionGroup var target: RunTarget

    func run() async throws {
        try await reporting {
            let client = try ServiceClient(target.connection)
            let result = try await client.query("runs.result", target.input)
            guard !result.isNull else { throw Failure("Run \(target.run) has kept no work.", code: EX_SOFTWARE) }
            if let bundle { try await download(client, result["bundleUrl"], to: bundle, "commits") }
            if let patch { try await download(client, result["patchUrl"], to: patch, "uncommitted work") }
            target.connection.show(result, naming: nil) { show(result) }
        }
    }

    private func download(_ client: ServiceClient, _ path: JSONValue?, to file: String, _ what: String) async throws {
        guard let path = path?.string else {
            throw Failure("Run \(target.run) has no \(what).", code: EX_SOFTWARE)
        }
        try await client.download(path, to: file)
    }

    private func show(_ result: JSONValue) {
        Output.fields([
            ("base", result["base"]?.string), ("head", result["head"]?.string),
            ("branch", result["branch"]?.string), ("pushed to", result["pushedTo"]?.string),
            ("bundle", result["bundleBytes"]?.int.map { "\($0) bytes" }),
            ("patch", result["patchBytes"]?.int.map { "\($0) bytes" }),
        ])
        for commit in result["commits"]?.array ?? [] {
            let text = "\((commit["sha"]?.string ?? "").prefix(12))  \(commit["subject"]?.string ?? "")"
            print(VisibleText.oneLine(text))
        }
        for notice in result["notices"]?.array ?? [] { print(VisibleText.oneLine(notice.string ?? "")) }
    }
}
