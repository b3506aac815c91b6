import ExecutorAPI
import Foundation
import Testing

/// A git that is killed, as by a kernel that is short of memory.
@Suite(.timeLimit(.minutes(10)))
struct KilledGitTests {
    /// What an export asks git for.
    private static let commands = [
        "--git-dir", "HEAD^{commit}", "symbolic-ref", "cat-file", "rev-list", "bundle", "pack-objects", "add",
        "diff-index",
    ]

    @Test(arguments: ExecutorMode.here, commands)
    func aKilledGitIsAnErrorAndTheWorkIsExportedAfterwards(mode: ExecutorMode, word: String) async throws {
        try await Self.with(mode) { executor, git in
            try git.doom(word)
            let failure = await #expect(throws: ErrorResponse.self) { try await executor.export() }
            #expect(failure?.code == "resources")
            #expect(failure?.message.contains("signal") == true, "\(failure?.message ?? "")")
            try git.spare(word)
            let answer = try await executor.export()
            #expect(answer.commits.count == 1)
            #expect(answer.bundleBytes ?? 0 > 0)
            #expect(answer.patchBytes ?? 0 > 0)
            #expect(answer.notices.isEmpty)
        }
    }

    @Test(arguments: ExecutorMode.here, ["HEAD^{commit}", "symbolic-ref", "rev-list", "pack-objects", "add"])
    func aGitThatIsKilledAgainCostsNoMoreThanItsPartAndIsTold(mode: ExecutorMode, word: String) async throws {
        try await Self.with(mode) { executor, git in
            try git.doom(word)
            for _ in 1...2 {
                await #expect(throws: ErrorResponse.self) { try await executor.export() }
                let answer = try await executor.export()
                #expect(answer.notices.count == 1, "\(answer.notices)")
                #expect(answer.notices.first?.contains("signal") == true, "\(answer.notices)")
                #expect(answer.notices.first?.contains("repository any more") == false, "\(answer.notices)")
                let isAboutAll = word == "HEAD^{commit}"
                let isAboutCommits = ["rev-list", "pack-objects"].contains(word)
                let isAboutRest = word == "add"
                #expect((answer.bundleBytes != nil) == !(isAboutAll || isAboutCommits))
                #expect((answer.patchBytes != nil) == !(isAboutAll || isAboutRest))
            }
        }
    }

    @Test(arguments: ExecutorMode.here) func aCloneWhoseGitIsKilledFailsAndIsMadeAnew(mode: ExecutorMode) async throws {
        try await Self.withoutClone(mode) { executor, git in
            let source = try await Source.bundle(for: executor)
            try git.doom("rev-parse")
            let failure = await #expect(throws: ErrorResponse.self) { try await executor.clone(source.request()) }
            #expect(failure?.code == "clone_failed")
            try git.spare("rev-parse")
            #expect(try await executor.clone(source.request()).commit == source.commit)
        }
    }

    /// Runs `body` on an executor in whose clone there are a commit and an uncommitted change.
    private static func with(
        _ mode: ExecutorMode,
        _ body: (ExecutorUnderTest, MortalGit) async throws -> Void
    ) async throws {
        try await withoutClone(mode) { executor, git in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            for step in ["commit", "dirty"] {
                #expect(try await executor.run(step, id: step).record.code == 0)
            }
            try await body(executor, git)
        }
    }

    private static func withoutClone(
        _ mode: ExecutorMode,
        _ body: (ExecutorUnderTest, MortalGit) async throws -> Void
    ) async throws {
        let git = try MortalGit()
        defer { git.remove() }
        try await ExecutorUnderTest.with(mode, isStarted: false, hasWorkspace: false) { executor in
            try await executor.start(path: git.path)
            try await body(executor, git)
        }
    }
}

extension ExecutorUnderTest {
    fileprivate func export() async throws -> GitExportResponse {
        try await post("/git-export", GitExportRequest(maximumBytes: nil))
    }
}

/// A git that dies when one of its arguments is doomed.
private struct MortalGit {
    private let folder = "/tmp/caretaker-git-\(UInt32.random(in: .min ... .max))"

    /// Where programs are to be looked for.
    var path: String { "\(folder):/usr/bin:/bin" }

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/doomed", withIntermediateDirectories: true)
        // What git starts itself is to be mortal, too.
        let script = """
            #!/bin/sh
            for word in "$@"; do [ ! -f "\(folder)/doomed/$word" ] || kill -9 $$; done
            export GIT_EXEC_PATH=\(folder)
            exec /usr/bin/git "$@"

            """
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/git"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/git")
    }

    func doom(_ word: String) throws {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/doomed/\(word)"))
    }

    func spare(_ word: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/doomed/\(word)")
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
