import FoundationEssentials
import Glibc
import Logging
import Model
import OpsMetrics
import Subprocess
import SystemPackage

@testable import Repositories

/// A temporary folder with its own HOME, in which a test builds repositories with the real git.
///
/// Nothing of the user's configuration reaches git here.
struct Scratch: Sendable {
    let path: String

    /// Makes the folder, and removes it after the work with all that is in it.
    @discardableResult
    static func with<Result>(_ work: (Scratch) async throws -> Result) async throws -> Result {
        let base = FileManager.default.temporaryDirectory.path
        let scratch = Scratch(path: (Files.realPath(base) ?? base) + "/caretaker-git-\(UUID().uuidString)")
        try Files.makeFolder(scratch.path + "/home")
        defer { Files.remove(scratch.path) }
        return try await work(scratch)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The module under test, with its mirrors in this folder.
    func repositories(
        _ settings: GitSettings? = nil,
        timeouts: RepositoryTimeouts = RepositoryTimeouts(),
        metrics: RepositoryMetrics? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) -> Repositories {
        Repositories(
            folder: file("mirrors"),
            settings: settings ?? GitSettings(localRoots: .below([path])),
            logger: logger,
            timeouts: Setting(timeouts),
            metrics: metrics
        )
    }

    func address(_ name: String) throws -> RepositoryAddress {
        try RepositoryAddress.parse(file(name))
    }

    func mirror(_ address: RepositoryAddress) -> Mirror {
        Mirror(folder: file("mirrors"), address: address)
    }

    // MARK: Commands

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a command and gives its output without the last newline.
    @discardableResult
    func run(_ command: String, _ arguments: [String], input: [UInt8] = []) async throws -> String {
        let result = try await Subprocess.run(
            command.hasPrefix("/") ? .path(FilePath(command)) : .name(command),
            arguments: Arguments(arguments),
            environment: .custom([
                "PATH": "/usr/sbin:/usr/bin:/bin", "HOME": file("home"), "LC_ALL": "C.UTF-8",
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
                "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_AUTHOR_DATE": "1700000000 +0000",
                "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
                "GIT_COMMITTER_DATE": "1700000000 +0000",
            ]),
            workingDirectory: FilePath(path),
            input: .array(input),
            output: .string(limit: 8 << 20),
            error: .string(limit: 8 << 20)
        )
        guard result.terminationStatus.isSuccess else {
            throw Failed(description: "\(command) \(arguments): \(result.standardError)")
        }
        var output = result.standardOutput
        if output.hasSuffix("\n") { output.removeLast() }
        return output
    }

    @discardableResult
    func git(_ arguments: String..., input: String = "") async throws -> String {
        try await run("git", arguments, input: Array(input.utf8))
    }

    /// Makes a repository with one commit on `main`.
    @discardableResult
    func makeRepository(_ name: String = "origin") async throws -> String {
        try await git("init", "--quiet", "--bare", "-b", "main", file(name))
        return try await commit("one", to: "refs/heads/main", in: name)
    }

    /// Adds a commit with a file of that name and content, on top of the ref if that is there.
    @discardableResult
    func commit(
        _ text: String,
        to ref: String,
        in name: String = "origin",
        parent: String? = nil
    ) async throws -> String {
        let folder = "--git-dir=" + file(name)
        let blob = try await git(folder, "hash-object", "-w", "--stdin", input: text)
        let tree = try await git(folder, "mktree", input: "100644 blob \(blob)\t\(text)\n")
        var line = [folder, "commit-tree", tree, "-m", text]
        let tip = try? await git(folder, "rev-parse", "--verify", "--quiet", ref)
        if let before = parent ?? tip { line += ["-p", before] }
        let commit = try await run("git", line)
        try await git(folder, "update-ref", ref, commit)
        return commit
    }

    /// Clones a bundle as plainly as can be, and gives `HEAD`'s commit and branch.
    func clone(
        _ bundle: String,
        into name: String,
        branch: String? = nil
    ) async throws -> (commit: String, branch: String) {
        var line = ["clone", "--quiet"]
        if let branch { line += ["--branch", branch] }
        try await run("git", line + ["--", bundle, file(name)])
        let commit = try await git("-C", file(name), "rev-parse", "HEAD")
        let shown = try await git("-C", file(name), "rev-parse", "--abbrev-ref", "HEAD")
        return (commit, shown)
    }

    /// A work tree on top of a fetched bundle, with one more commit, exported as the executor does it.
    func work(
        on bundle: String,
        named name: String,
        text: String = "work"
    ) async throws -> (bundle: String, head: String) {
        let base = try await clone(bundle, into: name).commit
        let head = try await commit(text, to: "refs/heads/agent", in: name + "/.git", parent: base)
        try await git("-C", file(name), "bundle", "create", "--quiet", file(name + ".bundle"), "agent", "^" + base)
        return (file(name + ".bundle"), head)
    }
}
