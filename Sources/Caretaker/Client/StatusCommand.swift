import AgentStream
import ArgumentParser
import Glibc

/// `caretaker status`: whether the service can do its work, and what to do where it cannot.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells whether the service is ready, and what is missing.",
        discussion: """
            It shows what /readyz?verbose answers. Exit codes: 0 when the service is ready, 1 when it is not, 69 when it \
            does not answer.

              caretaker status
              caretaker status --quiet && echo ready
            """
    )

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await reporting {
            let answer = try await ServiceClient(connection).readiness()
            let checks = answer["checks"]?.array ?? []
            connection.show(answer, naming: nil) {
                Output.table(["CHECK", "STATE", .cut("DETAIL", 1)], checks.map(Self.row))
                for remedy in checks.compactMap({ $0["remedy"]?.string }) {
                    print(VisibleText.oneLine(remedy, limit: 2000))
                }
            }
            guard answer["ready"]?.bool == true else { throw ExitCode(1) }
        }
    }

    private static func row(_ check: JSONValue) -> [String] {
        let state = check["ok"]?.bool == true ? "ok" : check["vital"]?.bool == false ? "faulty" : "missing"
        return [check["name"]?.string ?? "", state, check["text"]?.string ?? ""]
    }
}
