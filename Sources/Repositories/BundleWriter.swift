/// Writes the bundle of one target: HEAD, the branch if there is one, and the tags that the commit reaches.
struct BundleWriter: Sendable {
    let git: Git
    let mirror: Mirror
    let target: FetchJob.Target
    let bundle: BundleFile

    func write() async throws {
        try await pointHead()
        var refs = Array("HEAD\n".utf8)
        if let branch = target.branch { refs += Array((branch.asBranch + "\n").utf8) }
        refs += try await tags()
        let command = GitCommand(
            "bundle",
            ["create", "--quiet"],
            separator: .dashes,
            operands: [bundle.part, "--stdin"]
        )
        try succeed(await git.run(command, in: mirror.path, lines: refs))
        try bundle.publish()
    }

    /// Makes the mirror's own HEAD what the bundle's HEAD shall be, so that a plain clone checks out the right thing.
    private func pointHead() async throws {
        // Detached first: a symbolic HEAD would lead the update to the branch it names.
        try succeed(
            await git.run(
                GitCommand("update-ref", ["--no-deref"], operands: ["HEAD", target.commit.text]),
                in: mirror.path
            )
        )
        guard let branch = target.branch else { return }
        let command = GitCommand("symbolic-ref", operands: ["HEAD", branch.asBranch])
        try succeed(await git.run(command, in: mirror.path))
    }

    /// The names stay bytes, since git does not ask for UTF-8.
    private func tags() async throws -> [UInt8] {
        let options: [GitCommand.Option] = ["--format=%(refname)", .object("--merged=", target.commit)]
        let command = GitCommand("for-each-ref", options, operands: ["refs/tags/"])
        let listed = try await git.run(command, in: mirror.path, outputLimit: 64 << 20)
        try succeed(listed)
        return listed.output
    }

    private func succeed(_ outcome: Git.Outcome) throws(RepositoryError) {
        guard outcome.succeeded else {
            throw RepositoryError(
                .fetchFailed,
                "The bundle cannot be written: \(outcome.complaint)",
                complaint: outcome.complaint
            )
        }
    }
}
