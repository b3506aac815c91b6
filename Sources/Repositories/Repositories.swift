package import Logging
package import Model
package import OpsMetrics

/// Where the code comes from and goes: a mirror per repository, bundles for the runs, and pushes of their work.
///
/// Every git and ssh process of the service is started in this module. Only one service may use a folder.
package struct Repositories: Sendable {
    let folder: String
    let settings: GitSettings
    let logger: Logger
    private let configured: Setting<RepositoryTimeouts>
    let metrics: RepositoryMetrics?
    let turns = MirrorTurns()

    /// - Parameters:
    ///   - folder: Where the mirrors live, an absolute path; made when first needed.
    ///   - settings: What the operator configured.
    ///   - logger: For what is worth knowing and is no error, such as a mirror that had to be made anew.
    ///   - timeouts: The limits of whole operations.
    ///   - metrics: What counts the operations.
    package init(
        folder: String,
        settings: GitSettings,
        logger: Logger,
        timeouts: Setting<RepositoryTimeouts> = Setting(RepositoryTimeouts()),
        metrics: RepositoryMetrics? = nil
    ) {
        self.folder = folder
        self.settings = settings
        self.logger = logger
        configured = timeouts
        self.metrics = metrics
    }

    var timeouts: RepositoryTimeouts { configured.current }

    /// Brings the mirror up to date, holds the wanted commit for the run, and writes it into a bundle.
    ///
    /// Repeatable: once it has succeeded for a run, it answers the same again without the network.
    ///
    /// - Parameters:
    ///   - address: The repository.
    ///   - ref: A branch, a tag, or a full object name; nil for the remote's HEAD.
    ///   - run: The run's id, which names the ref that holds the commit.
    ///   - bundle: The file to write, an absolute path; the answer is kept beside it with `.json` behind the name.
    /// - Returns: What a clone needs to know; an empty repository has no bundle.
    /// - Throws: `RepositoryError`, `CancellationError`, or an error of the file system.
    package func fetch(
        _ address: RepositoryAddress,
        ref: String?,
        run: String,
        bundle: String
    ) async throws -> FetchedSource {
        let wanted = try WantedRef(ref)
        let run = try RunName(run)
        let remote = try remote(of: address)
        let mirror = Mirror(folder: folder, address: address)
        let what = "Fetching \(address.url)"
        let counted = Counted<(FetchedSource, isNew: Bool)>(.fetch, run) { $0.isNew }
        return try await exclusively(mirror, address, limit: timeouts.fetch, what, counted) { git in
            let job = FetchJob(
                git: git,
                mirror: mirror,
                address: address,
                remote: remote,
                wanted: wanted,
                run: run,
                bundle: BundleFile(path: bundle),
                metrics: metrics,
                logger: logger
            )
            return try await job.source()
        }.0
    }

    /// Lets go of the run's commit; without a mirror, or when let go before, there is nothing to do.
    package func release(_ address: RepositoryAddress, run: String) async throws {
        let run = try RunName(run)
        let mirror = Mirror(folder: folder, address: address)
        guard mirror.exists else { return }
        try await exclusively(mirror, address, limit: timeouts.push, "Releasing \(address.url)") { git in
            let removed = try await git.run(
                GitCommand("update-ref", ["--no-deref", "-d"], operands: [run.ref]),
                in: mirror.path
            )
            guard removed.succeeded else {
                throw RepositoryError(.fetchFailed, "The run's commit cannot be released: \(removed.complaint)")
            }
        }
    }

    /// Checks a bundle of new commits in quarantine and pushes its head to a branch, never forced.
    ///
    /// Repeatable: a branch that already holds the commit is a success.
    ///
    /// - Parameters:
    ///   - bundle: A file that the instance wrote, not trusted.
    ///   - address: The repository.
    ///   - base: The commit that the work began from; nil when the repository was empty.
    ///   - head: The commit to push, which must be a head of the bundle.
    ///   - branch: The branch to push to, with or without `refs/heads/`.
    ///   - run: The run's id.
    /// - Returns: How the branch changed.
    /// - Throws: `RepositoryError`, `CancellationError`, or an error of the file system.
    package func push(
        _ bundle: String,
        from address: RepositoryAddress,
        base: String?,
        head: String,
        to branch: String,
        run: String
    ) async throws -> PushOutcome {
        let run = try RunName(run)
        let short = branch.hasPrefix("refs/heads/") ? String(branch.dropFirst(11)) : branch
        let target = try RefName(short, field: "push.branch")
        guard let head = ObjectID(head), base.map({ ObjectID($0) != nil }) ?? true else {
            throw RepositoryError(.invalidInput, "The commits of a push must be full object names.")
        }
        let remote = try remote(of: address)
        let mirror = Mirror(folder: folder, address: address)
        return try await exclusively(
            mirror,
            address,
            limit: timeouts.push,
            "Pushing to \(address.url)",
            Counted(.push, run)
        ) { git in
            let job = PushJob(
                git: git,
                mirror: mirror,
                address: address,
                remote: remote,
                bundle: bundle,
                base: base.flatMap(ObjectID.init),
                head: head,
                branch: target,
                run: run
            )
            return try await job.outcome()
        }
    }

    /// What git is told to talk to; a local folder must be allowed, and goes by its real path.
    private func remote(of address: RepositoryAddress) throws(RepositoryError) -> String {
        address.kind == .local ? try settings.localRoots.realPath(of: address.url) : address.url
    }

    /// Does the work as the only one in the mirror, with what a crash left behind cleared away first.
    private func exclusively<Result: Sendable>(
        _ mirror: Mirror,
        _ address: RepositoryAddress,
        limit: Duration,
        _ what: String,
        _ counted: Counted<Result>? = nil,
        _ work: @escaping @Sendable (Git) async throws -> Result
    ) async throws -> Result {
        try await turns.taking(mirror.name) {
            guard let counted, let metrics else { return try await alone(mirror, address, limit, what, work) }
            return try await metrics.count(counted.operation, run: counted.run, when: counted.isDone) {
                try await alone(mirror, address, limit, what, work)
            }
        }
    }

    /// Does the work in a mirror that nobody else of this process uses.
    private func alone<Result: Sendable>(
        _ mirror: Mirror,
        _ address: RepositoryAddress,
        _ limit: Duration,
        _ what: String,
        _ work: @escaping @Sendable (Git) async throws -> Result
    ) async throws -> Result {
        try await withTimeLimit(limit, what) {
            try Files.makeFolder(folder)
            let environment = GitEnvironment(settings: settings, folder: folder)
            try environment.prepare()
            let lock = try await MirrorLockFile.acquire(mirror.lock)
            defer { lock.release() }
            mirror.removeLeftovers()
            return try await work(Git(environment: environment, address: address, lock: lock))
        }
    }
}

/// As what a piece of work is counted.
private struct Counted<Result: Sendable>: Sendable {
    let operation: RepositoryMetrics.Operation
    let run: String
    /// Whether a result stands for work that was done now.
    let isDone: @Sendable (Result) -> Bool

    init(
        _ operation: RepositoryMetrics.Operation,
        _ run: RunName,
        when isDone: @escaping @Sendable (Result) -> Bool = { _ in true }
    ) {
        self.operation = operation
        self.run = run.text
        self.isDone = isDone
    }
}
