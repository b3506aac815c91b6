import AgentStream
import ArgumentParser
import Model

/// `caretaker audit`: who changed what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Lists who changed what, newest first, and who tried and may not.",
        discussion: """
            Only an admin may see it.

              caretaker audit --since 7d
              caretaker audit --limit 20 --format json
            """
    )

    @Option(help: "Only what is not older, such as 7d, or happened from a time on, such as 2026-03-08T00:00 (in UTC).")
    var since: String?

    @Option(help: "Only entries before this number; for the next page, the last one's.")
    var before: Int?

    @Option(help: "How many entries at most.")
    var limit = 100

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            var input: JSONObject = ["limit": JSONValue(limit)]
            if let since { input["since"] = .string(Self.instant(since)) }
            input["before"] = before.map { JSONValue($0) }
            let entries = try await ServiceClient(connection).query("audit.list", .object(input))
            connection.show(entries, naming: "number") {
                Output.table(
                    [
                        "NUMBER", .cut("AT", 7), .cut("WHO", 6), .cut("ROLE", 3), .cut("VIA", 2), .cut("WHAT", 5),
                        .cut("ON", 4), .cut("OUTCOME", 8), .cut("DETAIL", 1),
                    ],
                    (entries.array ?? []).map(Self.row)
                )
            }
        }
    }

    /// A span of time as the instant so long ago; all else as it stands.
    private static func instant(_ text: String) -> String {
        guard let span = Duration(configured: text) else { return text }
        return (SystemWallClock().now + .seconds(-span.seconds)).iso8601
    }

    private static func row(_ entry: JSONValue) -> [String] {
        let detail = entry["detail"].map { $0.isNull ? "" : String(decoding: $0.encoded, as: UTF8.self) }
        return ["\(entry["number"]?.int ?? 0)"]
            + ["at", "actor", "role", "via", "procedure", "target", "outcome"].map { entry[$0]?.string ?? "" }
            + [detail ?? ""]
    }
}
