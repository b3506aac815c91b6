/// Which folders of this machine may be used as repositories.
package enum LocalPolicy: Hashable, Sendable {
    /// Any folder; git's own check of the owner stands. For the process runtime, whose agent sees the machine anyway.
    case anywhere
    /// Only below these folders, whose repositories the operator vouches for, whoever owns them; empty means none.
    case below([String])

    /// Gives the real path of a local repository, after links are resolved, or says why it may not be used.
    func realPath(of path: String) throws(RepositoryError) -> String {
        guard let found = Files.realPath(path) ?? Files.realPath(path + ".git") else {
            throw denial(path, "there is no such folder")
        }
        guard Files.kind(of: found) == .folder else { throw denial(path, "it is not a folder") }
        guard case .below(let roots) = self else { return found }
        let allowed = roots.compactMap { Files.realPath($0) }
        guard isBelow(found, allowed) else {
            throw denial(path, "it is outside the folders of `repositories.local`")
        }
        try checkInside(found, path: path, allowed: allowed)
        return found
    }

    /// Follows the ways in which a work tree may point elsewhere for its objects.
    private func checkInside(_ found: String, path: String, allowed: [String]) throws(RepositoryError) {
        let inner = found + "/.git"
        guard Files.kind(of: inner) != nil else { return }
        guard let real = Files.realPath(inner), Files.kind(of: real) == .folder, isBelow(real, allowed) else {
            throw denial(path, "its `.git` points elsewhere")
        }
    }

    private func isBelow(_ path: String, _ roots: [String]) -> Bool {
        roots.contains { root in
            path.utf8.elementsEqual(root.utf8) || root == "/" || path.utf8.starts(with: (root + "/").utf8)
        }
    }

    private func denial(_ path: String, _ reason: String) -> RepositoryError {
        RepositoryError(.repositoryDenied, "`repository` \(Printable.text(path)) may not be used: \(reason).")
    }
}
