import Model

/// What an agent did to the repository, for a run's page.
struct RunResultView {
    struct Commit {
        let sha: String
        let subject: String
        let author: String
        let time: String
    }

    let base: String?
    let tip: String?
    let branch: String?
    let pushedTo: String?
    let hasCommits: Bool
    let commits: [Commit]
    let notices: [String]
    let bundle: String?
    let patchSize: String?
    let patch: PatchView?
    let run: String

    init(_ work: WorkExport, of run: Run.ID, patch text: String?) {
        base = work.base.map { String($0.prefix(12)) }
        tip = work.head.map { String($0.prefix(12)) }
        branch = work.branch
        pushedTo = work.pushedTo
        hasCommits = !work.commits.isEmpty
        commits = work.commits.prefix(200).map { commit in
            Commit(
                sha: String(commit.sha.prefix(12)),
                subject: commit.subject,
                author: commit.author,
                time: WebText.time(commit.at)
            )
        }
        notices = work.notices
        bundle = work.bundleBytes.map(WebText.bytes)
        patchSize = work.patchBytes.map(WebText.bytes)
        patch = text.map { PatchView($0, wholeBytes: work.patchBytes ?? 0) }
        self.run = run.rawValue
    }
}
