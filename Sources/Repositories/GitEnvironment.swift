import FoundationEssentials
import SystemPackage

/// The environment of a git process, built from nothing.
struct GitEnvironment: Sendable {
    let settings: GitSettings
    /// The service's folder for mirrors, which also holds an empty HOME and the pinned host keys.
    let folder: String

    private var home: String { folder + "/home" }
    private var shippedKnownHosts: String { folder + "/known_hosts" }

    /// Writes what the environment points to.
    func prepare() throws {
        try Files.makeFolder(home)
        let keys = Array(KnownHosts.github.utf8)
        let present = try? Files.read(shippedKnownHosts, limit: keys.count + 1)
        if present != keys {
            let part = shippedKnownHosts + ".part"
            try Files.write(keys, to: part, permissions: [.ownerReadWrite])
            try Files.publish(part, as: shippedKnownHosts)
        }
    }

    /// The variables for one address, and the secrets among their values.
    func variables(for address: RepositoryAddress?) throws -> (variables: [String: String], secrets: [String]) {
        var variables = [
            "PATH": settings.searchPath,
            "HOME": home,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
        ]
        guard let address else { return (variables, []) }
        variables["GIT_SSH_VARIANT"] = "ssh"
        variables["GIT_SSH_COMMAND"] = address.transport == .ssh ? try secureShell() : "false"
        if let file = settings.certificatesFile { variables["GIT_SSL_CAINFO"] = file }
        guard let token = try token(for: address) else { return (variables, []) }
        let basic = Data("x-access-token:\(token)".utf8).base64EncodedString()
        // Not an argument: every user of the machine can read those.
        variables["GIT_CONFIG_COUNT"] = "1"
        variables["GIT_CONFIG_KEY_0"] = "http.https://\(settings.httpsTokenHost)/.extraHeader"
        variables["GIT_CONFIG_VALUE_0"] = "Authorization: Basic \(basic)"
        return (variables, [token, basic])
    }

    /// The ssh command line, which git hands to a shell.
    private func secureShell() throws(RepositoryError) -> String {
        let knownHosts = try option("git.known_hosts_file", settings.knownHostsFile ?? shippedKnownHosts)
        var words = ["ssh", "-F", "none"]
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UserKnownHostsFile=\(knownHosts)",
            "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "VerifyHostKeyDNS=no", "CheckHostIP=no",
            "IdentitiesOnly=yes", "IdentityAgent=none", "PasswordAuthentication=no",
            "KbdInteractiveAuthentication=no", "GSSAPIAuthentication=no", "HostbasedAuthentication=no",
            "ForwardAgent=no", "ForwardX11=no", "ClearAllForwardings=yes", "PermitLocalCommand=no",
            "ProxyCommand=none", "ControlMaster=no", "ControlPath=none", "CanonicalizeHostname=no",
            "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR",
        ]
        let key = try settings.sshKeyFile.map { file throws(RepositoryError) in try option("git.ssh_key_file", file) }
        options.append("IdentityFile=\(key ?? "none")")
        for option in options { words += ["-o", "'\(option)'"] }
        return words.joined(separator: " ")
    }

    /// A path as a value of an ssh option inside single quotes.
    private func option(_ name: String, _ path: String) throws(RepositoryError) -> String {
        let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"'\"\\%$`".utf8.contains($0) }
        guard isPlain, path.utf8.first == UInt8(ascii: "/") else {
            throw RepositoryError(
                .fetchFailed,
                "`\(name)` must be an absolute path without spaces, quotes, `%` and `$`."
            )
        }
        return path
    }

    private func token(for address: RepositoryAddress) throws(RepositoryError) -> String? {
        guard address.kind == .https, let file = settings.httpsTokenFile, address.host == settings.httpsTokenHost
        else { return nil }
        guard let bytes = try? Files.read(file, limit: 4096) else {
            throw RepositoryError(.fetchFailed, "The file of `git.https_token_file` cannot be read.")
        }
        let token = bytes.filter { $0 > 0x20 && $0 < 0x7f }
        return token.isEmpty ? nil : String(decoding: token, as: UTF8.self)
    }
}
