/// What the agent did to the repository, kept with the run.
package struct WorkExport: Hashable, Sendable, Codable {
    /// A commit that the agent made.
    package struct Commit: Hashable, Sendable, Codable {
        package var sha: String
        package var author: String
        package var email: String
        package var at: Timestamp
        package var subject: String

        package init(sha: String, author: String, email: String, at: Timestamp, subject: String) {
            self.sha = sha
            self.author = author
            self.email = email
            self.at = at
            self.subject = subject
        }
    }

    /// The commit that was cloned; nil for an empty repository.
    package var base: String?
    /// Where HEAD is; nil while the repository has no commit.
    package var head: String?
    package var branch: String?
    /// The commits since the clone, newest first.
    package var commits: [Commit]
    package var bundleBytes: Int?
    package var patchBytes: Int?
    /// What could not be kept.
    package var notices: [String]
    /// The branch that the commits were pushed to.
    package var pushedTo: String?

    package init(
        base: String?,
        head: String?,
        branch: String?,
        commits: [Commit],
        bundleBytes: Int?,
        patchBytes: Int?,
        notices: [String],
        pushedTo: String? = nil
    ) {
        self.base = base
        self.head = head
        self.branch = branch
        self.commits = commits
        self.bundleBytes = bundleBytes
        self.patchBytes = patchBytes
        self.notices = notices
        self.pushedTo = pushedTo
    }
}
