/// The body of `POST /init-git`: whose name the agent's commits carry.
package struct InitGitRequest: Codable, Sendable {
    package var githubUsername: String
    package var email: String
    /// Accepted as the original does; never sent by the service.
    package var sshPrivateKey: String?
    /// Accepted as the original does; never sent by the service.
    package var sshPublicKey: String?

    package init(githubUsername: String, email: String) {
        self.githubUsername = githubUsername
        self.email = email
    }
}

/// The body of `POST /git-clone`.
package struct GitCloneRequest: Codable, Hashable, Sendable {
    /// What is cloned: the bundle's path below the run's folder, or a URL as in the original.
    ///
    /// Absent for an empty repository, which is made by `git init` with `branch` as its branch.
    package var repositoryUrl: String?
    /// What the clone's `origin` is set to; `repositoryUrl` when absent.
    package var origin: String?
    /// The original's optional ref: a branch or tag.
    package var ref: String?
    /// The branch to check out by its name.
    package var branch: String?
    /// The commit to check out detached when no branch is given, else what the branch must be at.
    package var commit: String?

    package init(repositoryUrl: String?, origin: String?, ref: String?, branch: String?, commit: String?) {
        self.repositoryUrl = repositoryUrl
        self.origin = origin
        self.ref = ref
        self.branch = branch
        self.commit = commit
    }
}

/// What `POST /git-clone` answers.
package struct GitCloneResponse: Codable, Hashable, Sendable {
    package var stdout: String
    package var stderr: String
    /// The commit that was checked out; nil in an empty repository.
    package var commit: String?

    package init(stdout: String, stderr: String, commit: String?) {
        self.stdout = stdout
        self.stderr = stderr
        self.commit = commit
    }
}

/// The body of `POST /git-export`.
package struct GitExportRequest: Codable, Sendable {
    /// How many bytes the bundle and the patch may each take.
    package var maximumBytes: Int?

    package init(maximumBytes: Int?) {
        self.maximumBytes = maximumBytes
    }
}

/// What `POST /git-export` found and wrote into the run's folder.
package struct GitExportResponse: Codable, Hashable, Sendable {
    /// A commit that the agent made.
    package struct Commit: Codable, Hashable, Sendable {
        package var sha: String
        package var author: String
        package var email: String
        /// Seconds since 1970.
        package var time: Int64
        package var subject: String

        package init(sha: String, author: String, email: String, time: Int64, subject: String) {
            self.sha = sha
            self.author = author
            self.email = email
            self.time = time
            self.subject = subject
        }
    }

    /// The commit that was cloned; nil for an empty repository.
    package var base: String?
    /// Where HEAD is now; nil while the repository has no commit.
    package var head: String?
    /// The branch that is checked out; nil when HEAD is detached.
    package var branch: String?
    /// The commits of HEAD and of the local branches since the clone, newest first, at most 1,000.
    package var commits: [Commit]
    /// The size of `work.bundle`; nil when there are no new commits.
    package var bundleBytes: Int?
    /// The size of `work.patch`; nil when nothing is uncommitted.
    package var patchBytes: Int?
    /// What could not be kept, in sentences for a person.
    package var notices: [String]

    package init(
        base: String?,
        head: String?,
        branch: String?,
        commits: [Commit],
        bundleBytes: Int?,
        patchBytes: Int?,
        notices: [String]
    ) {
        self.base = base
        self.head = head
        self.branch = branch
        self.commits = commits
        self.bundleBytes = bundleBytes
        self.patchBytes = patchBytes
        self.notices = notices
    }
}
