import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct CloneTests {
    @Test(arguments: ExecutorMode.here) func aBranchIsCheckedOutByItsName(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode, hasWorkspace: false) { executor in
            let source = try await Source.bundle(for: executor)
            let answer = try await executor.clone(source.request())
            #expect(answer.commit == source.commit)
            let workspace = executor.workspace
            #expect(try await Program.git("symbolic-ref", "--short", "HEAD", in: workspace) == "main")
            #expect(try await Program.git("rev-parse", "v1^{commit}", in: workspace).count == 40)
            #expect(try await Program.git("rev-parse", "origin/main", in: workspace) == source.commit)
            #expect(
                try await Program.git("remote", "get-url", "origin", in: workspace) == "https://example.org/repo.git"
            )
            #expect(try await Program.git("status", "--porcelain", in: workspace) == "")
            #expect(try String(contentsOfFile: "\(workspace)/a.txt", encoding: .utf8) == "two\n")
        }
    }

    @Test(arguments: ExecutorMode.here) func aCommitWithoutABranchIsCheckedOutDetached(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            let first = try await Program.git("rev-parse", "v1", in: source.folder)
            let answer = try await executor.clone(source.request(branch: nil, commit: first))
            #expect(answer.commit == first)
            #expect(try await Program.git("rev-parse", "--abbrev-ref", "HEAD", in: executor.workspace) == "HEAD")
            #expect(try String(contentsOfFile: "\(executor.workspace)/a.txt", encoding: .utf8) == "one\n")
        }
    }

    @Test(arguments: ExecutorMode.here) func aBundleWithNeitherBranchNorTagIsEnough(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await Program.git("update-ref", "refs/caretaker/run", "HEAD", in: source.folder)
            let path = "\(executor.folder)/source.bundle"
            try await Program.git("bundle", "create", "-q", path, "refs/caretaker/run", in: source.folder)
            #expect(try await executor.clone(source.request(branch: nil)).commit == source.commit)
        }
    }

    @Test(arguments: ExecutorMode.here) func nothingToCloneGivesAnEmptyRepository(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let answer = try await executor.clone(ExecutorUnderTest.nothing)
            #expect(answer.commit == nil)
            #expect(try await Program.git("symbolic-ref", "--short", "HEAD", in: executor.workspace) == "trunk")
        }
    }

    @Test(arguments: ExecutorMode.here) func aRepeatedCloneRepeatsItsAnswerAndTouchesNothing(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            let answers = try await withThrowingTaskGroup(of: GitCloneResponse.self) { group in
                for _ in 0..<4 { group.addTask { try await executor.post("/git-clone", source.request()) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers).count == 1)
            try "mine\n".write(toFile: "\(executor.workspace)/a.txt", atomically: false, encoding: .utf8)
            executor.kill()
            try await executor.start()
            #expect(try await executor.clone(source.request()) == answers.first)
            #expect(try String(contentsOfFile: "\(executor.workspace)/a.txt", encoding: .utf8) == "mine\n")
            await #expect(throws: ErrorResponse.self) { try await executor.clone(ExecutorUnderTest.nothing) }
        }
    }

    @Test(arguments: ExecutorMode.here) func aCloneThatWasRenamedButNotNamedIsTakenOver(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            let answer = try await executor.clone(source.request())
            executor.kill()
            let record = "\(executor.folder)/clone.json"
            try FileManager.default.moveItem(atPath: record, toPath: "\(record).draft")
            try "mine\n".write(toFile: "\(executor.workspace)/b.txt", atomically: false, encoding: .utf8)
            try await executor.start()
            #expect(try await executor.clone(source.request()) == answer)
            #expect(FileManager.default.fileExists(atPath: "\(executor.workspace)/b.txt"))
        }
    }

    @Test(arguments: ExecutorMode.here) func aBrokenBundleFailsAndCanBeTriedAgain(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let path = "\(executor.folder)/source.bundle"
            try "no bundle\n".write(toFile: path, atomically: false, encoding: .utf8)
            let broken = GitCloneRequest(
                repositoryUrl: "source.bundle",
                origin: nil,
                ref: nil,
                branch: "main",
                commit: nil
            )
            let failure = await #expect(throws: ErrorResponse.self) { try await executor.clone(broken) }
            #expect(failure?.code == "clone_failed")
            let source = try await Source.bundle(for: executor)
            #expect(try await executor.clone(source.request()).commit == source.commit)
        }
    }

    @Test(arguments: ExecutorMode.here) func aLocalRepositoryByURLWorksAsInTheOriginal(mode: ExecutorMode) async throws
    {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            // Git serves nobody a repository that is another's.
            _ = try await Program.run("/bin/chown", ["-R", "\(executor.agentUser)", source.folder])
            let request = GitCloneRequest(
                repositoryUrl: "file://\(source.folder)",
                origin: nil,
                ref: "main",
                branch: nil,
                commit: nil
            )
            #expect(try await executor.clone(request).commit == source.commit)
            let transport = GitCloneRequest(
                repositoryUrl: "ext::sh -c whoami",
                origin: nil,
                ref: nil,
                branch: nil,
                commit: nil
            )
            await #expect(throws: ErrorResponse.self) { try await executor.clone(transport) }
        }
    }

    @Test(arguments: ExecutorMode.here) func theIdentityIsTheAgents(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            #expect(try await executor.run("commit").record.code == 0)
            let author = try await Program.git("log", "-1", "--format=%an <%ae>", in: executor.workspace)
            #expect(author == "Ada \"L\" \\ Love <ada@example.org>")
        }
    }
}
