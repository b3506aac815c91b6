/// The remote's HEAD: the branch that it names and the commit where it stands.
struct RemoteHead: Sendable {
    /// Nil when HEAD is detached, or when it is not there.
    let branch: RefName?
    /// Nil when the branch has no commit yet.
    let commit: ObjectID?

    /// What a remote's HEAD is called when the remote does not say.
    static let usualBranch = "main"

    init(asking remote: String, of address: RepositoryAddress, _ git: Git) async throws {
        let options: [GitCommand.Option] = ["--symref"]
        let command = GitCommand(
            "ls-remote",
            options + LocalService.fetching(address, git.environment.settings.localRoots),
            operands: [remote, "HEAD"]
        )
        let listed = try await git.run(command)
        guard listed.succeeded else { throw RemoteFailure.error(.fetchFailed, address, listed.complaint) }
        var branch: RefName?
        var commit: ObjectID?
        for line in listed.lines {
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 2, parts[1] == "HEAD" else { continue }
            if parts[0].hasPrefix("ref: refs/heads/") {
                branch = try? RefName(String(parts[0].dropFirst(16)), field: "HEAD")
            } else {
                commit = ObjectID(parts[0])
            }
        }
        self.branch = branch
        self.commit = commit
    }

    /// The name of the branch that an empty repository's HEAD waits for, which only a clone is told.
    static func unbornBranch(
        of remote: String,
        _ address: RepositoryAddress,
        _ git: Git,
        scratch: String
    ) async throws -> RefName {
        defer { Files.remove(scratch) }
        let options: [GitCommand.Option] = ["--bare", "--quiet", "--template=", "--no-tags"]
        let command = GitCommand(
            "clone",
            options + LocalService.fetching(address, git.environment.settings.localRoots),
            operands: [remote, scratch]
        )
        let cloned = try await git.run(command)
        guard cloned.succeeded else { throw RemoteFailure.error(.fetchFailed, address, cloned.complaint) }
        let shown = try await git.run(GitCommand("symbolic-ref", ["--quiet"], operands: ["HEAD"]), in: scratch)
        let name = shown.lines.first.map { $0.hasPrefix("refs/heads/") ? String($0.dropFirst(11)) : usualBranch }
        return try RefName(name ?? usualBranch, field: "HEAD")
    }
}
