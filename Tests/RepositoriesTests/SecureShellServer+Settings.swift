import TestSupport

@testable import Repositories

extension SecureShellServer {
    /// A repository in the server's folder.
    func address(_ name: String) throws -> RepositoryAddress {
        try RepositoryAddress.parse(url("\(folder)/\(name)"))
    }

    /// Settings with the client's key and the host key in `name.pub` pinned.
    func settings(pinning name: String, key: String? = "client") throws -> GitSettings {
        GitSettings(sshKeyFile: key.map { self.key($0) }, knownHostsFile: try knownHosts(pinning: name))
    }
}
