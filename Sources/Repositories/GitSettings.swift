/// What the operator configures about git.
package struct GitSettings: Sendable {
    /// The identity of the agent's commits; this module makes none.
    package var username: String
    package var email: String
    /// The private key for SSH; without one, SSH offers no key at all.
    package var sshKeyFile: String?
    /// The pinned host keys; without a file, GitHub's published ones.
    package var knownHostsFile: String?
    /// A file with a token for HTTPS, read at each use and sent to `httpsTokenHost` only.
    package var httpsTokenFile: String?
    package var httpsTokenHost: String
    /// Certificates to trust for HTTPS instead of the system's.
    package var certificatesFile: String?
    package var localRoots: LocalPolicy
    /// The git command: a name looked up in `searchPath`, or an absolute path.
    package var git: String
    /// The PATH of git and ssh.
    package var searchPath: String

    package init(
        username: String = "caretaker",
        email: String = "caretaker@localhost",
        sshKeyFile: String? = nil,
        knownHostsFile: String? = nil,
        httpsTokenFile: String? = nil,
        httpsTokenHost: String = "github.com",
        certificatesFile: String? = nil,
        localRoots: LocalPolicy = .below([]),
        git: String = "git",
        searchPath: String = "/usr/local/bin:/usr/bin:/bin"
    ) {
        self.username = username
        self.email = email
        self.sshKeyFile = sshKeyFile
        self.knownHostsFile = knownHostsFile
        self.httpsTokenFile = httpsTokenFile
        self.httpsTokenHost = httpsTokenHost
        self.certificatesFile = certificatesFile
        self.localRoots = localRoots
        self.git = git
        self.searchPath = searchPath
    }
}

/// How long one whole operation may take, without the wait for its turn.
package struct RepositoryTimeouts: Sendable {
    package var fetch: Duration
    package var push: Duration

    package init(fetch: Duration = .seconds(1800), push: Duration = .seconds(600)) {
        self.fetch = fetch
        self.push = push
    }
}
