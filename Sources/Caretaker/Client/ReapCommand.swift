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
            """
    )

    @Flag(help: "Only look.")
    var dryRun = false

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let found = try await ServiceClient(connection).mutate("instances.reap", ["dryRun": .bool(dryRun)])
            guard connection.format == .text else { return Output.json(found) }
            Output.table(
                ["KIND", "ID", "RUN", "STATE", "CREATED", "DECISION"],
                (found.array ?? []).map { finding in
                    [
                        finding["kind"]?.string ?? "", String((finding["id"]?.string ?? "").prefix(40)),
                        finding["runId"]?.string ?? "", finding["state"]?.string ?? "",
                        finding["createdAt"]?.string ?? "",
                        finding["isRemoved"]?.bool == true
                            ? "removed: \(finding["reason"]?.string ?? "")"
                            : "\(finding["decision"]?.string ?? ""): \(finding["reason"]?.string ?? "")",
                    ]
                }
            )
        }
    }
}
