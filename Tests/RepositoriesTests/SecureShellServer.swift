import FoundationEssentials
import Glibc
import SystemPackage

@testable import Repositories

/// An sshd on loopback with host keys of its own, which lets the test's user in with the test's key.
struct SecureShellServer: Sendable {
    let scratch: Scratch
    let port: String

    /// The user whom the server lets in: the one who runs the tests.
    var user: String { String(cString: getpwuid(getuid()).pointee.pw_name) }

    func address(_ name: String) throws -> RepositoryAddress {
        try RepositoryAddress.parse("ssh://\(user)@127.0.0.1:\(port)\(scratch.file(name))")
    }

    /// Settings with the client's key and the host key in `name.pub` pinned.
    func settings(pinning name: String, key: String? = "client") async throws -> GitSettings {
        let published = String(decoding: try Files.read(scratch.file(name + ".pub"), limit: 4096), as: UTF8.self)
        let words = published.split(separator: " ").prefix(2).joined(separator: " ")
        let known = scratch.file("known-" + name)
        let line = Array("[127.0.0.1]:\(port) \(words)\n".utf8)
        try Files.write(line, to: known, permissions: [.ownerReadWrite])
        return GitSettings(sshKeyFile: key.map(scratch.file), knownHostsFile: known)
    }

    static func with<Result: Sendable>(
        _ scratch: Scratch,
        _ work: (SecureShellServer) async throws -> Result
    ) async throws -> Result {
        for key in ["host", "other-host", "client", "other-client"] {
            try await scratch.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", scratch.file(key)])
        }
        try Files.write(
            Files.read(scratch.file("client.pub"), limit: 4096),
            to: scratch.file("authorized"),
            permissions: [.ownerReadWrite]
        )
        // Its privilege separation wants this folder, which systemd makes on a whole system.
        if getuid() == 0, !Files.exists("/run/sshd") {
            try await scratch.run("mkdir", ["-p", "-m", "0755", "/run/sshd"])
        }
        let port = try await scratch.freePort()
        let configuration = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(scratch.file("host"))
            AuthorizedKeysFile \(scratch.file("authorized"))
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            LogLevel INFO

            """
        let file = scratch.file("sshd_config")
        try Files.write(Array(configuration.utf8), to: file, permissions: [.ownerReadWrite])
        let command = [Part.sshd.rawValue, "-D", "-e", "-f", file]
        return try await scratch.serving(command, ready: "Server listening on") { _ in
            try await work(SecureShellServer(scratch: scratch, port: port))
        }
    }
}
