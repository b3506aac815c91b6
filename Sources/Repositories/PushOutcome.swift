/// What a push did to the branch.
package struct PushOutcome: Codable, Hashable, Sendable {
    /// How the branch changed.
    package enum Change: String, Codable, Hashable, Sendable {
        case created
        case updated
        case upToDate
    }

    package var commit: String
    package var branch: String
    package var change: Change

    package init(commit: String, branch: String, change: Change) {
        self.commit = commit
        self.branch = branch
        self.change = change
    }
}
