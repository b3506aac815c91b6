import ExecutorAPI
import Glibc

/// Takes the agent's work out of its clone: commits as a bundle, the uncommitted rest as a patch.
///
/// Whatever the agent did to its repository, the answer is what could be kept, and notices for the rest.
struct Export: Sendable {
    /// The most that the bundle and the patch may each take, unless the caller says otherwise.
    static let defaultLimit = 256 << 20
    /// How many commits are listed.
    static let commitLimit = 1000

    let places: Places
    /// The commit that was cloned; nil for an empty repository.
    let base: String?
    let limit: Int

    private var git: Git { Git(places: places) }
    private var repository: [String] {
        ["--git-dir=\(places.workspace)/.git", "--work-tree=\(places.workspace)"]
    }

    /// Makes the files and the answer anew, over those of an earlier call.
    ///
    /// - Throws: A `CallFailure` `resources` when git was killed, once: the instance may be started again and asked
    ///   anew. The next call keeps what it can and says what it cannot.
    func run() async throws -> GitExportResponse {
        for name in [RunFolder.workBundle, RunFolder.workPatch] { unlink(places.inRun(name)) }
        var answer = GitExportResponse(
            base: base,
            head: nil,
            branch: nil,
            commits: [],
            bundleBytes: nil,
            patchBytes: nil,
            notices: []
        )
        do {
            try await exportAll(&answer)
        } catch let failure as GitFailure {
            guard isRepeated else {
                try SafeFile.write([], to: killedPath)
                let remedy = "The work is still there and may be asked for again."
                throw CallFailure(.internalServerError, "resources", "\(Self.words(failure)) \(remedy)")
            }
            answer.notices.append("Nothing could be exported: \(Self.words(failure))")
        }
        try SafeFile.write(JSON.encode(answer), to: places.inRun(RunFolder.export))
        unlink(killedPath)
        return answer
    }

    /// There from a call in which git was killed until the next one is answered.
    private var killedPath: String { places.inRun("export.killed") }
    private var isRepeated: Bool { SafeFile.exists(killedPath) }

    /// - Throws: A `GitFailure` that says that git was killed.
    private func exportAll(_ answer: inout GitExportResponse) async throws {
        guard try await isRepository() else {
            let isThere = places.asAgent { SafeFile.exists(places.workspace) }
            let state = isThere ? "is no git repository any more" : "is gone"
            return answer.notices.append("The workspace \(state): nothing could be exported.")
        }
        answer.head = try await ask(["rev-parse", "--verify", "-q", "HEAD^{commit}"])
        try await attempt("branch's name", &answer) {
            $0.branch = try await ask(["symbolic-ref", "-q", "--short", "HEAD"])
        }
        try await attempt("commits", &answer, exportCommits)
        try await attempt("uncommitted changes", &answer, exportRest)
    }

    /// Exports one part, whose failure is a notice unless git was killed and may be asked once more.
    private func attempt(
        _ what: String,
        _ answer: inout GitExportResponse,
        _ body: (inout GitExportResponse) async throws -> Void
    ) async throws {
        do {
            try await body(&answer)
        } catch let failure as GitFailure where failure.isKill && !isRepeated {
            throw failure
        } catch {
            answer.notices.append("The \(what) could not be exported: \(Self.words(error))")
        }
    }

    private func isRepository() async throws -> Bool {
        guard places.asAgent({ SafeFile.exists("\(places.workspace)/.git") }) else { return false }
        return try await ask(["rev-parse", "--git-dir"]) != nil
    }

    private func exportCommits(_ answer: inout GitExportResponse) async throws {
        let range = try await newCommits(head: answer.head, &answer)
        answer.commits = try await list(range, &answer)
        guard !answer.commits.isEmpty else { return }
        let bundle = ["bundle", "create", "-q", "-"] + range
        answer.bundleBytes = try await keep(bundle, as: RunFolder.workBundle, what: "commits", &answer)
    }

    /// HEAD and the local branches without what the clone had.
    private func newCommits(head: String?, _ answer: inout GitExportResponse) async throws -> [String] {
        var range = head == nil ? ["--branches"] : ["HEAD", "--branches"]
        guard let base else { return range }
        if try await ask(["cat-file", "-t", base]) == "commit" {
            range += ["--not", base]
        } else {
            answer.notices.append("The cloned commit is gone from the repository: its whole history is exported.")
        }
        return range
    }

    private func list(_ range: [String], _ answer: inout GitExportResponse) async throws -> [GitExportResponse.Commit] {
        let format = "--format=%H%x00%an%x00%ae%x00%at%x00%<(1000,trunc)%s"
        let options = [
            "--date-order", "--no-commit-header", "--max-count=\(Self.commitLimit + 1)", "--encoding=UTF-8", format,
        ]
        let listing = try await git.require(repository + ["rev-list"] + options + range + ["--"], in: places.workspace)
        let commits = CommitListing.parse(listing.bytes)
        if commits.count > Self.commitLimit {
            answer.notices.append("Only the newest \(Self.commitLimit) commits are listed; the bundle has them all.")
        }
        return Array(commits.prefix(Self.commitLimit))
    }

    private func exportRest(_ answer: inout GitExportResponse) async throws {
        let index = "\(places.home)/.caretaker-export-index"
        defer {
            places.asAgent {
                unlink(index)
                unlink("\(index).lock")
            }
        }
        let variables = ["GIT_INDEX_FILE": index]
        try await prepare(index, head: answer.head, variables)
        try await git.require(
            repository + ["add", "-A", "--", "."],
            in: places.workspace,
            variables: variables,
            timeout: .seconds(300)
        )
        let tree = if let head = answer.head { head } else { try await emptyTree() }
        let diff = ["diff-index", "--cached", "-p", "--binary", "--full-index", "--no-renames", "--no-ext-diff"]
        let size = try await keep(
            repository + diff + ["--no-textconv", "--no-color", tree, "--"],
            as: RunFolder.workPatch,
            what: "uncommitted changes",
            variables: variables,
            &answer
        )
        if size == 0 { unlink(places.inRun(RunFolder.workPatch)) }
        answer.patchBytes = size == 0 ? nil : size
    }

    /// Copies the agent's index, which knows of ignored files that were added; without one, HEAD's tree is taken.
    private func prepare(_ index: String, head: String?, _ variables: [String: String]) async throws {
        let isCopied = places.asAgent {
            unlink(index)
            return (try? IndexFile.copy("\(places.workspace)/.git/index", to: index)) != nil
        }
        if !isCopied, let head {
            try await git.require(repository + ["read-tree", head], in: places.workspace, variables: variables)
        }
    }

    private func emptyTree() async throws -> String {
        try await git.require(
            repository + ["hash-object", "-t", "tree", "-w", "--stdin"],
            in: places.workspace
        ).line
    }

    /// Writes a command's output to the run's folder.
    ///
    /// - Returns: The size; nil when it was over the limit and is not kept.
    private func keep(
        _ arguments: [String],
        as name: String,
        what: String,
        variables: [String: String] = [:],
        _ answer: inout GitExportResponse
    ) async throws -> Int? {
        let command = arguments.first == "bundle" ? repository + arguments : arguments
        let file = try CappedFile(places.inRun(name), limit: limit)
        let isComplete = try await git.stream(command, in: places.workspace, variables: variables) { bytes in
            try file.take(bytes)
        }
        guard isComplete else {
            answer.notices.append("The \(what) take more than \(limit) bytes and are not kept.")
            return nil
        }
        return try file.keep()
    }

    /// The first line of what a command prints; nil when it fails.
    private func ask(_ arguments: [String]) async throws -> String? {
        do {
            let output = try await git.run(repository + arguments, in: places.workspace)
            return output.isSuccess && !output.line.isEmpty ? output.line : nil
        } catch let failure as GitFailure where !failure.isKill {
            return nil
        }
    }

    private static func words(_ error: any Error) -> String {
        guard let failure = error as? GitFailure else { return "\(error)" }
        let line = failure.errors.split(separator: "\n").last.map { " \($0)" } ?? ""
        return failure.description + line
    }
}
