import AgentStream
import ArgumentParser
import Glibc
import Model

/// `caretaker token`: makes and revokes the tokens that open the service to others.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes tokens.",
        discussion: """
            A token with the role read sees everything, one with operate also starts, cancels and pauses, and one with \
            admin does everything. The service keeps no token, only what is needed to know one.
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    /// `caretaker token create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it, once.",
            discussion: """
                  caretaker token create prometheus --role read
                  caretaker token create ci --role operate --expires 90d
                """
        )

        @Argument(help: "What it is for: letters, digits and . _ @ -")
        var name: String

        @Option(help: "What it allows: \(AccessRole.allCases.map(\.rawValue).joined(separator: ", ")).")
        var role: AccessRole

        @Option(help: "After which time it ends, such as 90d. Default: never.")
        var expires: String?

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                var input: JSONObject = ["name": .string(name), "role": .string(role.rawValue)]
                if let expires {
                    guard let time = Duration(configured: expires) else {
                        throw Failure("--expires must be a time such as 12h or 90d, 366d at most", code: EX_USAGE)
                    }
                    input["expiresIn"] = JSONValue(Int(time.components.seconds))
                }
                let made = try await ServiceClient(connection).mutate("tokens.create", .object(input))
                connection.show(made, naming: "token") { print(made["token"]?.string ?? "") }
            }
        }
    }

    /// `caretaker token list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the tokens, revoked ones too.",
            discussion: """
                  caretaker token list
                  caretaker token list --quiet
                """
        )

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let tokens = try await ServiceClient(connection).query("tokens.list")
                connection.show(tokens, naming: "name") {
                    Output.table(
                        [
                            "NAME", .cut("ROLE", 5), .cut("CREATED", 1), .cut("LAST USED", 2), .cut("EXPIRES", 3),
                            .cut("REVOKED", 4),
                        ],
                        (tokens.array ?? []).map { token in
                            ["name", "role", "createdAt", "lastUsedAt", "expiresAt", "revokedAt"]
                                .map { token[$0]?.string ?? "-" }
                        }
                    )
                }
            }
        }
    }

    /// `caretaker token revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token: it opens nothing from now on, and pages that signed in with it are signed out.",
            discussion: """
                  caretaker token revoke ci
                """
        )

        @Argument(help: "The token's name or id.")
        var token: String

        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            try await reporting {
                let revoked = try await ServiceClient(connection).mutate("tokens.revoke", ["id": .string(token)])
                connection.show(revoked, naming: "name") {}
            }
        }
    }
}

extension AccessRole: ExpressibleByArgument {}
