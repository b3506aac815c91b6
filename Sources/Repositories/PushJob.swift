import SystemPackage

/// One push of a run's work, with the mirror's lock held.
struct PushJob: Sendable {
    let git: Git
    let mirror: Mirror
    let address: RepositoryAddress
    /// What git is told to push to.
    let remote: String
    let bundle: String
    let base: ObjectID?
    let head: ObjectID
    let branch: RefName
    let run: RunName

    private var quarantine: String { mirror.quarantine }

    func outcome() async throws -> PushOutcome {
        if head == base { return outcome(.upToDate) }
        defer { Files.remove(quarantine) }
        try await fillQuarantine()
        return try await push()
    }

    /// Unpacks the bundle into a repository of its own that borrows the mirror's objects, checking each object.
    private func fillQuarantine() async throws {
        let file = try BundleHeader.open(bundle)
        defer { try? file.close() }
        let header = try BundleHeader(reading: file)
        guard header.heads.contains(head) else {
            throw failure("The bundle of the agent's work does not hold the commit \(head) as a head.")
        }
        try await mirror.prepare(git, format: mirror.exists ? nil : head.format)
        try await Mirror.initialise(quarantine, git, format: head.format)
        try Files.makeFolder(quarantine + "/objects/info")
        let alternates = Array((mirror.path + "/objects\n").utf8)
        try Files.write(alternates, to: quarantine + "/objects/info/alternates", permissions: [.ownerReadWrite])
        let unpacked = try await git.run(GitCommand("index-pack", Self.unpacking), in: quarantine, reading: file)
        guard unpacked.succeeded else {
            throw failure("The agent's commits did not pass git's check: \(unpacked.complaint)")
        }
        let type = try await git.run(GitCommand("cat-file", ["-t"], operands: [head.text]), in: quarantine)
        guard type.lines == ["commit"] else { throw failure("The head \(head) is no commit.") }
    }

    /// `--strict` is fsck for each new object, and wants every object that it names to be there.
    private static let unpacking: [GitCommand.Option] = [
        "--stdin", "--fix-thin", "--max-input-size=8589934592",
        """
        --strict=zeroPaddedFilemode=warn,missingEmail=warn,missingNameBeforeEmail=warn,missingSpaceBeforeEmail=warn,\
        badEmail=warn,badTimezone=warn,missingSpaceBeforeDate=warn,badDateOverflow=warn
        """,
    ]

    private func push() async throws -> PushOutcome {
        let options: [GitCommand.Option] = ["--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"]
        let refspec = head.text + ":" + branch.asBranch
        let command = GitCommand(
            "push",
            options + LocalService.pushing(address, git.environment.settings.localRoots),
            operands: [remote, refspec]
        )
        let pushed = try await git.run(command, in: quarantine)
        let report = pushed.lines.compactMap(PushReport.init).first
        switch report?.change {
        case .change(let change) where pushed.succeeded: return outcome(change)
        case .rejected(let reason):
            if try await isAlreadyThere() { return outcome(.upToDate) }
            throw failure(rejection(reason, pushed.complaint))
        default: throw RemoteFailure.error(.pushFailed, address, pushed.complaint)
        }
    }

    /// Whether the branch has moved on from our commit: an earlier push got through, and others built on it.
    private func isAlreadyThere() async throws -> Bool {
        let theirs = "refs/caretaker/theirs"
        let options: [GitCommand.Option] = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
        let operands = [remote, "+\(branch.asBranch):\(theirs)"]
        let command = GitCommand(
            "fetch",
            options + LocalService.fetching(address, git.environment.settings.localRoots),
            operands: operands
        )
        guard try await git.run(command, in: quarantine).succeeded else { return false }
        let question = GitCommand("merge-base", ["--is-ancestor"], operands: [head.text, theirs])
        return try await git.run(question, in: quarantine).succeeded
    }

    private func rejection(_ reason: String, _ complaint: String) -> String {
        let shown = Printable.text(reason)
        if reason.contains("fetch first") || reason.contains("non-fast-forward") {
            return
                "The branch `\(branch.text)` has commits that the work does not build on, and a push is never forced."
        }
        let said = complaint.isEmpty ? "" : ": \(complaint)"
        return "\(address.url) refused the branch `\(branch.text)`: \(shown)\(said)"
    }

    private func outcome(_ change: PushOutcome.Change) -> PushOutcome {
        PushOutcome(commit: head.text, branch: branch.text, change: change)
    }

    private func failure(_ message: String) -> RepositoryError {
        RepositoryError(.pushFailed, message)
    }
}
