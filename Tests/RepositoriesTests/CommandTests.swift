import Testing

@testable import Repositories

@Suite struct CommandTests {
    @Test func whatComesFromOutsideStandsBehindTheSeparator() throws {
        let hostile = "--upload-pack=touch"
        let command = GitCommand("fetch", ["--quiet"], operands: [hostile, "-x"])
        let line = command.arguments(in: "/m", transport: .ssh)
        let separator = try #require(line.firstIndex(of: "--"))
        #expect(Array(line[separator...]) == ["--", hostile, "-x"])
        #expect(line[..<separator].suffix(2) == ["fetch", "--quiet"])
    }

    @Test func oneTransportAtMostIsOpen() {
        let command = GitCommand("fetch")
        for transport in [Transport.ssh, .https, .http, .git, .file] {
            let line = command.arguments(in: nil, transport: transport)
            let open = line.filter { $0.hasPrefix("protocol.") && $0.hasSuffix("=always") }
            #expect(open == ["protocol.\(transport.rawValue).allow=always"])
            #expect(line.contains("protocol.allow=never"))
        }
        #expect(!command.arguments(in: nil, transport: nil).contains { $0.hasSuffix("=always") })
    }

    @Test func theEnvironmentHoldsNothingOfTheServices() throws {
        let settings = GitSettings(sshKeyFile: "/keys/id", knownHostsFile: "/keys/known")
        let environment = GitEnvironment(settings: settings, folder: "/mirrors")
        let address = try RepositoryAddress.parse("owner/name")
        let variables = try environment.variables(for: address).variables
        #expect(
            variables.keys.sorted() == [
                "GIT_ATTR_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_NO_LAZY_FETCH", "GIT_SSH_COMMAND",
                "GIT_SSH_VARIANT", "GIT_TERMINAL_PROMPT", "HOME", "LC_ALL", "PATH",
            ]
        )
        let command = try #require(variables["GIT_SSH_COMMAND"])
        for option in [
            "StrictHostKeyChecking=yes", "IdentityFile=/keys/id", "UserKnownHostsFile=/keys/known", "BatchMode=yes",
        ] {
            #expect(command.contains("-o '\(option)'"))
        }
    }

    @Test(arguments: ["/keys/a b", "/keys/'; touch x; '", "relative", "/keys/%h", "/keys/${HOME}", "/keys/\n"])
    func aKeyFileThatSSHWouldReadOtherwiseIsRefused(path: String) throws {
        let environment = GitEnvironment(settings: GitSettings(sshKeyFile: path), folder: "/mirrors")
        let address = try RepositoryAddress.parse("owner/name")
        #expect(throws: RepositoryError.self) { try environment.variables(for: address) }
    }

    @Test func aMessageHoldsNoCredentialsAndNoControlCharacters() {
        let said = "fatal: \u{1b}[31mhttps://user:pw@host/x\u{7}\r\nremote: tok3n is bad\u{202e}\n"
        let shown = Printable.tail(said, secrets: ["tok3n"])
        #expect(shown == "fatal:  [31mhttps://***@host/x ; remote: *** is bad\u{fffd}")
    }

    @Test func whatTheRemoteSaysIsNoSignOfDamage() {
        #expect(MirrorDamage.isLikely("error: packfile x is too small; fatal: x"))
        #expect(!MirrorDamage.isLikely("remote: packfile x is corrupt; fatal: no"))
        #expect(!MirrorDamage.isLikely(RepositoryError(.fetchFailed, "packfile")))
    }
}
