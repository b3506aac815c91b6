import ExecutorAPI
import Glibc

/// Makes the agent's clone, once.
///
/// The clone grows in a side folder. Its answer is written aside before the side folder becomes the workspace and gets
/// its name after that, so that a crash in between is seen for what it is.
struct Clone: Sendable {
    /// What is kept of a clone.
    struct Record: Codable {
        var request: GitCloneRequest
        var response: GitCloneResponse
    }

    let places: Places

    private var git: Git { Git(places: places) }
    private var side: String { "\(places.workspace).clone" }
    private var recordPath: String { places.inRun("clone.json") }
    private var draftPath: String { places.inRun("clone.json.draft") }

    /// The clone that was made; nil when none was.
    func record() throws -> Record? {
        guard let bytes = try SafeFile.read(recordPath) else { return nil }
        return try JSON.decode(Record.self, from: bytes)
    }

    /// - Throws: A `CallFailure` when another clone was made, or git fails.
    func run(_ request: GitCloneRequest) async throws -> GitCloneResponse {
        let source = try CloneSource(request, places: places)
        try completeRename()
        if let record = try record() {
            guard record.request == request else {
                throw CallFailure(.conflict, "already_cloned", "Another clone was made in this folder.")
            }
            return record.response
        }
        do {
            return try await clone(source, request)
        } catch let failure as GitFailure {
            throw CallFailure(.unprocessableContent, "clone_failed", "\(failure.description) \(failure.errors)")
        }
    }

    /// Gives the answer its name when an earlier executor got as far as the workspace.
    private func completeRename() throws {
        guard SafeFile.exists(draftPath) else { return }
        let isRenamed = places.asAgent { !SafeFile.exists(side) && SafeFile.exists("\(places.workspace)/.git") }
        if isRenamed {
            try SafeFile.rename(draftPath, to: recordPath)
        } else {
            unlink(draftPath)
        }
    }

    private func clone(_ source: CloneSource, _ request: GitCloneRequest) async throws -> GitCloneResponse {
        try await Folders.remove(side, in: places)
        let errors: String
        switch source {
        case .nothing:
            try await git.require(["init", "-q", "-b", request.branch ?? "main", "--", side], in: places.home)
            errors = ""
        case .bundle(let path):
            errors = try await SourceBundle(path, places: places).withReadable { try await unbundle($0, request) }
        case .remote(let url): errors = try await fetch(url, request)
        }
        if let origin = request.origin { try await setOrigin(origin) }
        let head = try await git.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"], in: side)
        let commit = head.isSuccess ? head.line : nil
        let response = GitCloneResponse(stdout: "", stderr: errors, commit: commit)
        try SafeFile.write(JSON.encode(Record(request: request, response: response)), to: draftPath)
        try places.asAgent {
            guard rename(side, places.workspace) == 0 else { throw GitFailure("\(SystemFailure("rename the clone"))") }
        }
        try SafeFile.rename(draftPath, to: recordPath)
        return response
    }

    /// Takes the bundle's objects, then makes the references that a clone of its source would have.
    private func unbundle(_ path: String, _ request: GitCloneRequest) async throws -> String {
        try await git.require(["init", "-q", "-b", request.branch ?? "main", "--", side], in: places.home)
        let unbundled = try await git.require(["bundle", "unbundle", path], in: side, timeout: .seconds(600))
        let tips = BundleTips(listing: unbundled.bytes)
        try await updateReferences(tips)
        let target = request.commit ?? tips.commit(of: request.branch ?? request.ref)
        guard let target else { throw GitFailure("The bundle has no such branch or tag.") }
        let isBranch = request.branch != nil || request.ref.map { tips.branches[$0] != nil } == true
        let name = request.branch ?? request.ref
        let checkout = if isBranch, let name { ["-B", name, target] } else { ["--detach", target] }
        try await git.require(["checkout", "-q"] + checkout + ["--"], in: side, timeout: .seconds(600))
        return unbundled.errors
    }

    private func updateReferences(_ tips: BundleTips) async throws {
        let branches = tips.branches.map { "create refs/remotes/origin/\($0.key) \($0.value)\n" }
        let tags = tips.tags.map { "create refs/tags/\($0.key) \($0.value)\n" }
        let commands = [UInt8]((branches + tags).joined().utf8)
        try await git.require(["update-ref", "--stdin"], in: side, input: commands)
    }

    private func fetch(_ url: String, _ request: GitCloneRequest) async throws -> String {
        let branch = (request.branch ?? request.ref).map { ["--branch", $0] } ?? []
        let cloned = try await git.require(
            ["clone", "-q", "--no-recurse-submodules"] + branch + ["--", url, side],
            in: places.home,
            transport: .network,
            timeout: .seconds(1800)
        )
        if let commit = request.commit {
            let checkout = request.branch.map { ["-B", $0, commit] } ?? ["--detach", commit]
            try await git.require(["checkout", "-q"] + checkout + ["--"], in: side)
        }
        return cloned.errors
    }

    private func setOrigin(_ origin: String) async throws {
        try await git.require(["config", "remote.origin.url", origin], in: side)
        try await git.require(["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"], in: side)
    }
}
