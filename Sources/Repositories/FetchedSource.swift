/// What a fetch found, and all that a clone from the bundle needs to know.
package struct FetchedSource: Codable, Hashable, Sendable {
    /// The commit to check out; nil when the repository is empty, and there is no bundle then.
    package var commit: String?
    /// The branch to check out by its name; nil means detached at `commit`.
    package var branch: String?
    /// The name of the remote's HEAD, which an empty repository's clone gives to its first branch.
    package var defaultBranch: String
    /// What `origin` is set to; never holds credentials.
    package var origin: String
    package var isEmpty: Bool

    package init(commit: String?, branch: String?, defaultBranch: String, origin: String, isEmpty: Bool) {
        self.commit = commit
        self.branch = branch
        self.defaultBranch = defaultBranch
        self.origin = origin
        self.isEmpty = isEmpty
    }
}
