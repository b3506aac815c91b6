import AgentStream
import ArgumentParser

/// `caretaker reap`: has the service look for what crashes left behind.
struct ReapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reap",
        abstract: "Removes containers, volumes and folders that no run has, and says why the others stay.",
        discussion: """
            Only what this installation made is ever removed, once it is older than reaper.grace and was seen in two \
            passes. The service does this by itself every reaper.period.

              caretaker reap --dry-run
              caretaker reap
            """
    )

    @Flag(help: "Only look.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let found = try await ServiceClient(connection).mutate("instances.reap", ["dryRun": .bool(dryRun)])
            connection.show(found, naming: "id") {
                Output.table(
                    [.cut("KIND", 4), .cut("ID", 2), .cut("RUN", 1), .cut("STATE", 3), .cut("CREATED", 1), "DECISION"],
                    (found.array ?? []).map(Self.row)
                )
            }
        }
    }

    private static func row(_ finding: JSONValue) -> [String] {
        let word = finding["isRemoved"]?.bool == true ? "removed" : finding["decision"]?.string ?? ""
        return ["kind", "id", "runId", "state", "createdAt"].map { finding[$0]?.string ?? "" }
            + ["\(word): \(finding["reason"]?.string ?? "")"]
    }
}
