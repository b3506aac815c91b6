import Foundation
import Glibc
import Subprocess
import SystemPackage

/// An sshd on loopback with host keys of its own, which lets the test's user in with the test's key.
package struct SecureShellServer: Sendable {
    package static let program = "/usr/sbin/sshd"

    /// Where its keys are: `host`, `other-host`, `client` and `other-client`.
    package let folder: String
    package let port: Int

    package struct NotStarted: Error {
        package let log: [String]
    }

    /// The user whom the server lets in: the one who runs the tests.
    package var user: String { getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "" }

    /// The URL of a repository of this machine through the server.
    package func url(_ path: String) -> String { "ssh://\(user)@127.0.0.1:\(port)\(path)" }

    /// The file of a private key.
    package func key(_ name: String = "client") -> String { "\(folder)/\(name)" }

    /// Writes a file that pins the host key in `name.pub`; answers its path.
    package func knownHosts(pinning name: String = "host") throws -> String {
        let published = try String(contentsOfFile: "\(folder)/\(name).pub", encoding: .utf8)
        let words = published.split(separator: " ").prefix(2).joined(separator: " ")
        let path = "\(folder)/known-\(name)"
        try Data("[127.0.0.1]:\(port) \(words)\n".utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs `work` while a server with its files in this folder listens.
    package static func with<Result: Sendable>(
        in folder: String,
        _ work: (SecureShellServer) async throws -> Result
    ) async throws -> Result {
        let server = SecureShellServer(folder: folder, port: try LoopbackPort.free())
        try await server.makeKeys()
        // Its privilege separation wants this folder, which systemd makes on a whole system.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        try Data(server.configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/sshd_config"))
        let process = try ChildProcess(
            program,
            ["-D", "-e", "-f", "\(folder)/sshd_config"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"]
        )
        let answer: Swift.Result<Result, any Error>
        do {
            try await Self.waitUntilItListens(process)
            answer = .success(try await work(server))
        } catch {
            answer = .failure(error)
        }
        process.send(SIGTERM)
        _ = await process.exit()
        return try answer.get()
    }

    private static func waitUntilItListens(_ process: ChildProcess) async throws {
        var heard: [String] = []
        for await line in process.errorLines {
            if line.contains("Server listening on") { return }
            heard.append(line)
        }
        throw NotStarted(log: heard)
    }

    private func makeKeys() async throws {
        for name in ["host", "other-host", "client", "other-client"] {
            let made = try await run(
                .path("/usr/bin/ssh-keygen"),
                arguments: ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"],
                input: .none,
                output: .discarded,
                error: .string(limit: 1 << 16)
            )
            guard made.terminationStatus.isSuccess else { throw NotStarted(log: ["\(made.standardError)"]) }
        }
    }

    private var configuration: String {
        """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey \(folder)/host
        AuthorizedKeysFile \(folder)/client.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        LogLevel INFO

        """
    }
}
