/// One line of `git push --porcelain`: a flag, the refs, and what happened, between tabs.
struct PushReport: Hashable, Sendable {
    /// What happened to the branch.
    enum Change: Hashable, Sendable {
        case change(PushOutcome.Change)
        case rejected(String)
    }

    let change: Change

    init?(_ line: String) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 1 else { return nil }
        switch parts[0] {
        case "*": change = .change(.created)
        case " ": change = .change(.updated)
        case "=": change = .change(.upToDate)
        case "!": change = .rejected(String(parts[2]))
        default: return nil
        }
    }
}
