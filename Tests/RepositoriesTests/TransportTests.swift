import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(10))) struct TransportTests {
    /// Fetches, works, pushes, and looks at what arrived.
    private func roundTrip(_ scratch: Scratch, _ address: RepositoryAddress, _ settings: GitSettings) async throws {
        let repositories = scratch.repositories(settings)
        let source = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
        #expect(source.branch == "main")
        let work = try await scratch.work(on: scratch.file("in.bundle"), named: "w")
        let outcome = try await repositories.push(
            work.bundle,
            from: address,
            base: source.commit,
            head: work.head,
            to: "caretaker/x",
            run: "r1"
        )
        #expect(outcome.change == .created)
        #expect(try await scratch.git("--git-dir=" + scratch.file("origin"), "rev-parse", "caretaker/x") == work.head)
    }

    @Test func aFolderOfThisMachineWorksBothWays() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let address = try RepositoryAddress.parse("file://" + scratch.file("origin"))
            try await roundTrip(scratch, address, GitSettings(localRoots: .below([scratch.path])))
        }
    }

    @Test(.enabled(if: Part.areHere(.sshd), "install openssh-server"))
    func secureShellWithThePinnedHostKeyWorksBothWays() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await SecureShellServer.with(in: scratch.path) { server in
                try await roundTrip(scratch, server.address("origin"), server.settings(pinning: "host"))
            }
        }
    }

    @Test(.enabled(if: Part.areHere(.sshd), "install openssh-server"))
    func noHostKeyIsTakenOnTrust() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await SecureShellServer.with(in: scratch.path) { server in
                var unpinned = try server.settings(pinning: "host")
                unpinned.knownHostsFile = nil
                for settings in [try server.settings(pinning: "other-host"), unpinned] {
                    let error = await #expect(throws: RepositoryError.self) {
                        try await scratch.repositories(settings).fetch(
                            server.address("origin"),
                            ref: nil,
                            run: "r1",
                            bundle: scratch.file("a")
                        )
                    }
                    #expect(error?.code == .fetchFailed)
                    #expect(error?.message.contains("git.known_hosts_file") == true)
                }
                let shipped = try Files.read(scratch.file("mirrors/known_hosts"), limit: 1 << 16)
                #expect(String(decoding: shipped, as: UTF8.self) == KnownHosts.github)
            }
        }
    }

    @Test(.enabled(if: Part.areHere(.sshd), "install openssh-server"))
    func onlyTheConfiguredKeyIsOffered() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await SecureShellServer.with(in: scratch.path) { server in
                for key in ["other-client", nil] {
                    let settings = try server.settings(pinning: "host", key: key)
                    let error = await #expect(throws: RepositoryError.self) {
                        try await scratch.repositories(settings).fetch(
                            server.address("origin"),
                            ref: nil,
                            run: "r1",
                            bundle: scratch.file("a")
                        )
                    }
                    #expect(error?.message.contains("git.ssh_key_file") == true)
                }
            }
        }
    }

    @Test func theShippedHostKeysAreTheOnesThatGitHubPublishes() async throws {
        try await Scratch.with { scratch in
            let file = scratch.file("known_hosts")
            try Files.write(Array(KnownHosts.github.utf8), to: file, permissions: [.ownerReadWrite])
            #expect(
                try await scratch.run("ssh-keygen", ["-lf", file]) == """
                    256 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU github.com (ED25519)
                    256 SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM github.com (ECDSA)
                    3072 SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s github.com (RSA)
                    """
            )
        }
    }

    @Test(.enabled(if: Part.areHere(.daemon), "install git"))
    func theGitProtocolIsFetchedFrom() async throws {
        try await Scratch.with { scratch in
            let commit = try await scratch.makeRepository()
            try Files.write(
                Array("[safe]\n\tdirectory = *\n".utf8),
                to: scratch.file("server.gitconfig"),
                permissions: [.ownerReadWrite]
            )
            let port = String(try LoopbackPort.free())
            let command = [
                "/usr/lib/git-core/git-daemon", "--verbose", "--export-all", "--listen=127.0.0.1", "--port=" + port,
                "--base-path=" + scratch.path,
            ]
            let source = try await scratch.serving(command, ready: "Ready to rumble") { _ in
                let address = try RepositoryAddress.parse("git://127.0.0.1:\(port)/origin")
                let bundle = scratch.file("a.bundle")
                return try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
            }
            #expect(source.commit == commit)
        }
    }

    @Test(.enabled(if: Part.areHere(.httpBackend, .python), "install git and python3"))
    func plainHTTPWorksBothWaysAndNeverGetsTheToken() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await scratch.git("--git-dir=" + scratch.file("origin"), "config", "http.receivepack", "true")
            try Files.write(Array("secret-token".utf8), to: scratch.file("token"), permissions: [.ownerReadWrite])
            let server = try WebServer(in: scratch)
            try await scratch.serving(server.command, ready: "listening ") { port in
                let address = try RepositoryAddress.parse("http://127.0.0.1:\(port)/origin")
                let token = scratch.file("token")
                let settings = GitSettings(httpsTokenFile: token, httpsTokenHost: "127.0.0.1:\(port)")
                try await roundTrip(scratch, address, settings)
            }
            #expect(try server.headers().isEmpty)
        }
    }

    @Test(.enabled(if: Part.areHere(.httpBackend, .python, .openssl), "install git, python3 and openssl"))
    func theTokenGoesToItsHostOverHTTPSAndNowhereElse() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await scratch.git("--git-dir=" + scratch.file("origin"), "config", "http.receivepack", "true")
            try Files.write(Array("secret-token\n".utf8), to: scratch.file("token"), permissions: [.ownerReadWrite])
            let server = try await WebServer(in: scratch).withCertificate()
            try await scratch.serving(server.command, ready: "listening ") { port in
                let address = try RepositoryAddress.parse("https://127.0.0.1:\(port)/origin")
                var settings = GitSettings(httpsTokenFile: scratch.file("token"))
                settings.certificatesFile = scratch.file("certificate.pem")
                settings.httpsTokenHost = "127.0.0.1:\(port)"
                try await roundTrip(scratch, address, settings)
                let basic = Data("x-access-token:secret-token".utf8).base64EncodedString()
                #expect(try Set(server.headers()) == ["Basic " + basic])

                try server.forgetHeaders()
                settings.httpsTokenHost = "github.com"
                _ = try await scratch.repositories(settings).fetch(
                    address,
                    ref: nil,
                    run: "r2",
                    bundle: scratch.file("b.bundle")
                )
                #expect(try server.headers().isEmpty)
                settings.certificatesFile = nil
                await #expect(throws: RepositoryError.self) {
                    try await scratch.repositories(settings).fetch(
                        address,
                        ref: nil,
                        run: "r3",
                        bundle: scratch.file("c")
                    )
                }
                let away = try RepositoryAddress.parse("https://127.0.0.1:\(port)/redirect")
                settings.certificatesFile = scratch.file("certificate.pem")
                settings.httpsTokenHost = "127.0.0.1:\(port)"
                let error = await #expect(throws: RepositoryError.self) {
                    try await scratch.repositories(settings).fetch(away, ref: nil, run: "r4", bundle: scratch.file("d"))
                }
                #expect(error?.message.contains("redirects") == true, "\(error?.message ?? "")")
                #expect(error?.message.contains("secret-token") == false)
            }
        }
    }
}
