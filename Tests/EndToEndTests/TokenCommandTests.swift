import AgentStream
import Foundation
import TestSupport
import Testing

/// `caretaker token` and `caretaker audit` against a real service that wants tokens.
@Suite(.timeLimit(.minutes(3)))
struct TokenCommandTests {
    private static let needed = ["CARETAKER_SERVER_REQUIRE_TOKEN": "true"]

    /// A client command over TCP, with a token or without.
    private static func remote(
        _ service: ServiceUnderTest,
        _ token: String?,
        _ arguments: String...
    ) async throws -> EndedCommand {
        let server = "http://127.0.0.1:\(await service.port)"
        let shown = token.map { ["--token", $0] } ?? []
        return try await EndedCommand.caretaker(arguments + ["--server", server] + shown)
    }

    private static func local(_ service: ServiceUnderTest, _ arguments: String...) async throws -> EndedCommand {
        try await EndedCommand.caretaker(arguments + ["--socket", service.socket])
    }

    private static func makeToken(_ service: ServiceUnderTest, _ arguments: String...) async throws -> String {
        let made = try await EndedCommand.caretaker(
            ["token", "create"] + arguments + ["--socket", service.socket]
        )
        #expect(made.code == 0, "\(made.error)")
        #expect(made.output.wholeMatch(of: /ct_[0-9a-z]{26}_[A-Za-z0-9_-]{43}\n/) != nil, "\(made.output)")
        return made.output.trimmingCharacters(in: .newlines)
    }

    @Test func aTokenLivesFromItsMakingToItsRevocationThroughARestart() async throws {
        try await ServiceUnderTest().run(environment: Self.needed) { service in
            let refused = try await Self.remote(service, nil, "task", "list")
            #expect(refused.code == 77)
            #expect(refused.error.contains("--token or CARETAKER_TOKEN"))
            #expect(try await Self.remote(service, nil, "run", "logs", "x", "--follow").code == 77)
            let token = try await Self.makeToken(service, "ci", "--role", "read", "--expires", "1d")
            #expect(try await Self.remote(service, token, "task", "list").code == 0)
            let create = try await Self.remote(service, token, "task", "create", "One", "--step", "Do it.")
            #expect(create.code == 77)
            #expect(create.error.contains("tasks.create needs the role admin; ci has the role read."))
            let again = try await Self.local(service, "token", "create", "ci", "--role", "admin")
            #expect(again.error.contains("There is a token ci already"))
            #expect(again.code == 70)

            #expect(await service.stop() == 0)
            try await service.start(Self.needed)
            #expect(try await Self.remote(service, token, "task", "list").code == 0)
            let list = try await Self.local(service, "token", "list")
            #expect(list.output.contains(/ci +read +20/), "\(list.output)")
            #expect(!list.output.contains(token))
            #expect(try await Self.local(service, "token", "revoke", "ci").code == 0)
            #expect(try await Self.remote(service, token, "task", "list").code == 77)

            let audit = try await Self.local(service, "audit", "--since", "1h")
            let lines = audit.output.split(separator: "\n")
            #expect(lines.count == 4, "\(audit.output)")
            #expect(
                lines[1].contains(/uid [0-9]+ \([a-z0-9_-]+\) +admin +unix +tokens.revoke +ci +done/),
                "\(lines[1])"
            )
            #expect(lines[2].contains(/ci +read +token +tasks.create .*refused/), "\(lines[2])")
            #expect(!audit.output.contains(token))
        }
    }

    @Test func theStateFolderHoldsNoToken() async throws {
        try await ServiceUnderTest().run(environment: Self.needed) { service in
            let token = try await Self.makeToken(service, "ci", "--role", "admin")
            #expect(try await Self.remote(service, token, "task", "list").code == 0)
            #expect(await service.stop() == 0)
            let secret = Data(token.suffix(43).utf8)
            var count = 0
            for path in try FileManager.default.subpathsOfDirectory(atPath: service.state) {
                guard let bytes = FileManager.default.contents(atPath: "\(service.state)/\(path)") else { continue }
                count += 1
                #expect(bytes.range(of: secret) == nil, "\(path)")
            }
            #expect(count > 0)
        }
    }

    @Test func aTimeThatIsNoneIsRefused() async throws {
        let result = try await EndedCommand.caretaker(["token", "create", "x", "--role", "read", "--expires", "soon"])
        #expect(result.code == 64)
        #expect(result.error.contains("--expires"))
    }

    @Test(.enabled(if: geteuid() == 0, "Only root can be two users."))
    func onTheSocketOnlyRootAndTheServicesUserNeedNoToken() async throws {
        let service = try ServiceUnderTest()
        try await service.keep { service in
            try await service.become(4711)
            try await service.start(Self.needed)
            #expect(try await Self.local(service, "task", "list").code == 0)
            func list(as user: UInt32, _ token: String?) async throws -> EndedCommand {
                try await EndedCommand.program(
                    "/usr/bin/setpriv",
                    // In the group that may use the socket at all.
                    [
                        "--reuid=\(user)", "--regid=4711", "--clear-groups", "\(service.folder)/bin/caretaker", "task",
                        "list",
                    ]
                        + ["--socket", service.socket] + (token.map { ["--token", $0] } ?? [])
                )
            }
            #expect(try await list(as: 4711, nil).code == 0)
            #expect(try await list(as: 4712, nil).code == 77)
            let token = try await Self.makeToken(service, "ann", "--role", "read")
            #expect(try await list(as: 4712, token).code == 0)
            let audit = try await Self.local(service, "audit")
            #expect(audit.output.contains(/uid 0 \(root\) +admin +unix +tokens.create/), "\(audit.output)")
        }
    }

    @Test func aReloadTurnsItOnAndOff() async throws {
        try await ServiceUnderTest().run { service in
            #expect(try await Self.remote(service, nil, "task", "list").code == 0)
            let text = try String(contentsOfFile: service.configuration, encoding: .utf8)
            let strict = text.replacing("server: { ", with: "server: { require_token: true, ")
            try Data(strict.utf8).write(to: URL(fileURLWithPath: service.configuration))
            let told = try await Self.local(service, "reload")
            #expect(told.output == "In force now: server.require_token\n", "\(told.error)")
            #expect(try await Self.remote(service, nil, "task", "list").code == 77)
            try Data(text.utf8).write(to: URL(fileURLWithPath: service.configuration))
            #expect(try await Self.local(service, "reload").code == 0)
            #expect(try await Self.remote(service, nil, "task", "list").code == 0)
        }
    }
}
