import Logging
import OpsMetrics

/// One fetch for one run, with the mirror's lock held.
struct FetchJob: Sendable {
    let git: Git
    let mirror: Mirror
    let address: RepositoryAddress
    /// What git is told to fetch from.
    let remote: String
    let wanted: WantedRef
    let run: RunName
    let bundle: BundleFile
    let metrics: RepositoryMetrics?
    let logger: Logger

    /// What the wanted ref turned out to be.
    struct Target: Sendable {
        let commit: ObjectID
        /// The branch to check out; nil for a tag or an object's name.
        let branch: RefName?
    }

    /// What the run clones, and whether it was fetched now.
    func source() async throws -> (FetchedSource, isNew: Bool) {
        if let earlier = try await earlier() { return (earlier, false) }
        bundle.clear()
        return (try await fetched(), true)
    }

    private func fetched() async throws -> FetchedSource {
        do {
            return try await attempt(wary: true)
        } catch let error as RepositoryError where MirrorDamage.isLikely(error) && mirror.exists {
            // The words may also be those of the other side.
            guard try await mirror.isDamaged(git) else { return try await attempt(wary: false) }
            logger.warning(
                "a damaged mirror is made anew",
                metadata: [
                    "message.id": "mirror_remade", "run.id": "\(run.text)", "repository": "\(address.url)",
                    "git.message": "\(error.complaint)",
                ]
            )
            return try await attemptAnew()
        }
    }

    /// The answer of a fetch that succeeded before, if the mirror still holds its commit.
    private func earlier() async throws -> FetchedSource? {
        guard let source = bundle.earlierAnswer(), source.origin == address.url, mirror.exists else { return nil }
        if source.isEmpty { return source }
        let held = try await mirror.commit(of: run.ref, git)
        return held?.text == source.commit ? source : nil
    }

    /// Fetches, resolves, holds and bundles; when wary, complaints about files fail a fetch that succeeded.
    private func attempt(wary: Bool) async throws -> FetchedSource {
        let head = try await RemoteHead(asking: remote, of: address, git)
        try await mirror.prepare(git, format: head.commit?.format)
        try await update(head, wary: wary)
        guard try await hasRefs() else { return try await emptySource() }
        let target = try await target(head)
        try await mirror.hold(target.commit, as: run.ref, git)
        let writer = BundleWriter(git: git, mirror: mirror, target: target, bundle: bundle)
        if let metrics {
            try await metrics.count(.bundle, run: run.text) { try await writer.write() }
        } else {
            try await writer.write()
        }
        let source = FetchedSource(
            commit: target.commit.text,
            branch: target.branch?.text,
            defaultBranch: (head.branch ?? target.branch)?.text ?? RemoteHead.usualBranch,
            origin: address.url,
            isEmpty: false
        )
        try bundle.keep(source)
        return source
    }

    /// Fetches into a new mirror, and holds again what other runs held; the old one stays if that fails.
    private func attemptAnew() async throws -> FetchedSource {
        let held = try await mirror.heldCommits(git)
        Files.remove(mirror.broken)
        try Files.move(mirror.path, to: mirror.broken)
        let source: FetchedSource
        do {
            source = try await attempt(wary: false)
        } catch {
            Files.remove(mirror.path)
            try Files.move(mirror.broken, to: mirror.path)
            throw error
        }
        Files.remove(mirror.broken)
        for (ref, commit) in held where ref != run.ref {
            guard try await mirror.commit(of: commit.text, git) != nil else { continue }
            try await mirror.hold(commit, as: ref, git)
        }
        return source
    }

    /// Fetches heads and tags; the refs that hold commits for runs are outside of what is pruned.
    private func update(_ head: RemoteHead, wary: Bool) async throws {
        var refspecs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
        if wanted == .head, head.branch == nil, head.commit != nil { refspecs.append("+HEAD:" + run.ref) }
        let options: [GitCommand.Option] = [
            "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
            "--no-recurse-submodules",
        ]
        let command = GitCommand(
            "fetch",
            options + LocalService.fetching(address, git.environment.settings.localRoots),
            operands: [remote] + refspecs
        )
        let fetched = try await git.run(command, in: mirror.path)
        guard fetched.succeeded, !(wary && MirrorDamage.isLikely(fetched.complaint)) else {
            throw RemoteFailure.error(.fetchFailed, address, fetched.complaint)
        }
    }

    private func hasRefs() async throws -> Bool {
        let options: [GitCommand.Option] = ["--count=1", "--format=%(refname)"]
        let command = GitCommand("for-each-ref", options, operands: ["refs/heads/", "refs/tags/"])
        return try await !git.run(command, in: mirror.path).lines.isEmpty
    }

    private func emptySource() async throws -> FetchedSource {
        let name = try await RemoteHead.unbornBranch(of: remote, address, git, scratch: mirror.side)
        switch wanted {
        case .branch(name), .branchOrTag(name), .head: break
        default: throw RepositoryError(.invalidInput, "`ref` is not there: the repository is empty.")
        }
        let source = FetchedSource(
            commit: nil,
            branch: name.text,
            defaultBranch: name.text,
            origin: address.url,
            isEmpty: true
        )
        try bundle.keep(source)
        return source
    }

    private func target(_ head: RemoteHead) async throws -> Target {
        switch wanted {
        case .head: try await headTarget(head)
        case .branch(let name): try await branch(name) ?? missing("branch", name.text)
        case .tag(let name): try await tag(name) ?? missing("tag", name.text)
        case .branchOrTag(let name):
            if let found = try await branch(name) {
                found
            } else {
                try await tag(name) ?? missing("branch or tag", name.text)
            }
        case .commit(let id):
            try await reachable(id) ?? missing("commit reachable from a branch or tag", id.text)
        }
    }

    private func headTarget(_ head: RemoteHead) async throws -> Target {
        if let name = head.branch, let found = try await branch(name) { return found }
        if head.branch == nil, head.commit != nil, let commit = try await mirror.commit(of: run.ref, git) {
            return Target(commit: commit, branch: nil)
        }
        throw RepositoryError(
            .invalidInput,
            "`ref` is needed: the HEAD of \(address.url) names no branch that is there."
        )
    }

    private func branch(_ name: RefName) async throws -> Target? {
        try await mirror.commit(of: name.asBranch, git).map { Target(commit: $0, branch: name) }
    }

    private func tag(_ name: RefName) async throws -> Target? {
        try await mirror.commit(of: name.asTag, git).map { Target(commit: $0, branch: nil) }
    }

    /// An object's name counts only when a ref leads to it: what lies loose in the mirror may lack its history.
    private func reachable(_ id: ObjectID) async throws -> Target? {
        guard let commit = try await mirror.commit(of: id.text, git) else { return nil }
        let options: [GitCommand.Option] = ["--count=1", "--format=%(refname)", .object("--contains=", commit)]
        let listed = try await git.run(GitCommand("for-each-ref", options), in: mirror.path)
        return listed.succeeded && !listed.lines.isEmpty ? Target(commit: commit, branch: nil) : nil
    }

    private func missing(_ what: String, _ name: String) throws(RepositoryError) -> Target {
        throw RepositoryError(
            .invalidInput,
            "`ref` is not there: \(address.url) has no \(what) `\(Printable.text(name))`."
        )
    }
}
