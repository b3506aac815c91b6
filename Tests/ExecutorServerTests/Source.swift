import ExecutorAPI
import Foundation

/// A repository and the bundle that the service would make of it.
struct Source {
    let folder: String
    let commit: String

    /// Makes a repository with two commits, a tag on the first, and the branch `main`; bundles it for an executor.
    static func bundle(for executor: ExecutorUnderTest) async throws -> Source {
        let folder = "\(executor.volume)/source"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await Program.git("init", "-q", "-b", "main", in: folder)
        try "one\n".write(toFile: "\(folder)/a.txt", atomically: false, encoding: .utf8)
        try "*.log\n".write(toFile: "\(folder)/.gitignore", atomically: false, encoding: .utf8)
        try await Program.git("add", "-A", in: folder)
        try await Program.git("commit", "-q", "-m", "first", in: folder)
        try await Program.git("tag", "v1", in: folder)
        try "two\n".write(toFile: "\(folder)/a.txt", atomically: false, encoding: .utf8)
        try await Program.git("commit", "-q", "-a", "-m", "second", in: folder)
        let commit = try await Program.git("rev-parse", "HEAD", in: folder)
        try await Program.git(
            "bundle",
            "create",
            "-q",
            "\(executor.folder)/source.bundle",
            "refs/heads/main",
            "refs/tags/v1",
            in: folder
        )
        try executor.giveToService("source.bundle")
        return Source(folder: folder, commit: commit)
    }

    func request(branch: String? = "main", commit: String? = nil) -> GitCloneRequest {
        GitCloneRequest(
            repositoryUrl: "source.bundle",
            origin: "https://example.org/repo.git",
            ref: nil,
            branch: branch,
            commit: commit ?? self.commit
        )
    }
}

extension ExecutorUnderTest {
    /// Sets the identity and clones, as the service does.
    @discardableResult
    func clone(_ request: GitCloneRequest) async throws -> GitCloneResponse {
        let identity = InitGitRequest(githubUsername: "Ada \"L\" \\ Love", email: "ada@example.org")
        let _: StatusResponse = try await post("/init-git", identity)
        return try await post("/git-clone", request)
    }

    static let nothing = GitCloneRequest(repositoryUrl: nil, origin: nil, ref: nil, branch: "trunk", commit: nil)
}
