import ExecutorAPI
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ExportTests {
    private func export(_ executor: ExecutorUnderTest, limit: Int? = nil) async throws -> GitExportResponse {
        try await executor.post("/git-export", GitExportRequest(maximumBytes: limit))
    }

    /// Lets the agent run a shell script in its clone.
    private func work(_ executor: ExecutorUnderTest, _ script: String) async throws {
        try script.write(toFile: "\(executor.volume)/work.sh", atomically: false, encoding: .utf8)
        #expect(try await executor.run("shell sh -e ../work.sh").record.code == 0)
    }

    @Test(arguments: ExecutorMode.here) func nothingDoneIsNothingExported(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            let answer = try await export(executor)
            #expect(answer.base == source.commit)
            #expect(answer.head == source.commit)
            #expect(answer.branch == "main")
            #expect(answer.commits.isEmpty)
            #expect(answer.bundleBytes == nil)
            #expect(answer.patchBytes == nil)
            #expect(answer.notices.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(executor.folder)/work.bundle"))
            #expect(!FileManager.default.fileExists(atPath: "\(executor.folder)/work.patch"))
        }
    }

    @Test(arguments: ExecutorMode.here) func commitsOnAllBranchesAreInTheBundle(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(
                executor,
                """
                echo 1 >one; git add one; git commit -qm 'First of "mine"'
                git checkout -q -b side; echo 2 >two; git add two; git commit -qm 'Zweites Stück'
                git checkout -q main; git tag mine side
                """
            )
            let answer = try await export(executor)
            #expect(Set(answer.commits.map(\.subject)) == ["First of \"mine\"", "Zweites Stück"])
            #expect(answer.commits.last?.subject == "First of \"mine\"")
            #expect(answer.commits.first?.email == "ada@example.org")
            #expect(answer.patchBytes == nil)
            let bundle = "\(executor.folder)/work.bundle"
            let size = try FileManager.default.attributesOfItem(atPath: bundle)[.size] as? Int
            #expect(answer.bundleBytes == size)
            let heads = try await Program.git("bundle", "list-heads", bundle, in: source.folder)
            let names = Set(heads.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) })
            #expect(names == ["HEAD", "refs/heads/main", "refs/heads/side"])
            try await Program.git("fetch", "-q", bundle, "refs/heads/side", in: source.folder)
            let fetched = try await Program.git("rev-parse", "FETCH_HEAD", in: source.folder)
            #expect(fetched == answer.commits.first?.sha)
        }
    }

    @Test(arguments: ExecutorMode.here) func uncommittedWorkIsAPatchThatApplies(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(
                executor,
                """
                echo changed >>a.txt; printf 'b\\000in' >binary; echo no >x.log
                echo kept >forced.log; git add -f forced.log
                git config diff.external /bin/false; git config diff.noprefix true; git config color.ui always
                """
            )
            let answer = try await export(executor)
            #expect(answer.notices.isEmpty)
            #expect(answer.bundleBytes == nil)
            #expect(answer.patchBytes ?? 0 > 0)
            try await Program.git("apply", "--index", "\(executor.folder)/work.patch", in: source.folder)
            let names = try await Program.git("diff", "--cached", "--name-only", in: source.folder)
            #expect(names == "a.txt\nbinary\nforced.log")
            #expect(try await Program.git("diff", "--cached", "--name-only", in: executor.workspace) == "forced.log")
        }
    }

    @Test(arguments: ExecutorMode.here) func anEmptyRepositoryIsExportedWithAndWithoutCommits(
        mode: ExecutorMode
    ) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            try await executor.clone(ExecutorUnderTest.nothing)
            try "new\n".write(toFile: "\(executor.workspace)/new", atomically: false, encoding: .utf8)
            let before = try await export(executor)
            #expect(before.base == nil)
            #expect(before.head == nil)
            #expect(before.commits.isEmpty)
            #expect(before.bundleBytes == nil)
            #expect(before.patchBytes ?? 0 > 0)
            #expect(before.notices.isEmpty)
            #expect(try await executor.run("commit").record.code == 0)
            let after = try await export(executor)
            #expect(after.commits.count == 1)
            #expect(after.bundleBytes ?? 0 > 0)
            #expect(after.branch == "trunk")
            let copy = "\(executor.folder)/copy"
            try await Program.git("clone", "-q", "\(executor.folder)/work.bundle", copy, in: executor.folder)
            #expect(try await Program.git("rev-parse", "HEAD", in: copy) == after.head)
        }
    }

    @Test(arguments: ExecutorMode.here) func whatIsOverTheLimitIsNotKept(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(
                executor,
                """
                head -c 200000 /dev/urandom >one; git add one; git commit -qm big
                head -c 200000 /dev/urandom >two
                """
            )
            let answer = try await export(executor, limit: 100_000)
            #expect(answer.bundleBytes == nil)
            #expect(answer.patchBytes == nil)
            #expect(answer.notices.count == 2)
            #expect(answer.commits.count == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: executor.folder)
            #expect(names.filter { $0.hasPrefix("work.") && $0 != "work.sh" }.isEmpty)
            let again = try await export(executor)
            #expect(again.bundleBytes ?? 0 > 200_000)
            #expect(again.patchBytes ?? 0 > 200_000)
            #expect(again.notices.isEmpty)
        }
    }

    @Test(
        arguments: ExecutorMode.here,
        ["rm -rf .git", "rm -rf .git; echo nothing >.git", "cd ..; rm -rf workspace; cd /"]
    )
    func aRuinedRepositoryIsANotice(mode: ExecutorMode, script: String) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(executor, script)
            let answer = try await export(executor)
            #expect(answer.notices.count == 1)
            #expect(answer.bundleBytes == nil)
            #expect(answer.patchBytes == nil)
        }
    }

    @Test(arguments: ExecutorMode.here) func aRewrittenHistoryIsExportedAsAWhole(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(
                executor,
                "rm -rf .git; git init -q -b main; git add -A; git commit -qm anew"
            )
            let answer = try await export(executor)
            #expect(answer.commits.map(\.subject) == ["anew"])
            #expect(answer.bundleBytes ?? 0 > 0)
            #expect(answer.notices.count == 1)
        }
    }

    @Test(arguments: ExecutorMode.here) func hooksAndMonitorsOfTheAgentDoNotRun(mode: ExecutorMode) async throws {
        try await ExecutorUnderTest.with(mode) { executor in
            let source = try await Source.bundle(for: executor)
            try await executor.clone(source.request())
            try await work(
                executor,
                """
                printf '#!/bin/sh\\ntouch ../pwned\\n' >evil; chmod +x evil
                mkdir -p h; for h in post-checkout pre-commit post-index-change reference-transaction; do cp evil h/$h; done
                echo 1 >one; git add one; git commit -qm one
                git config core.fsmonitor "$PWD/evil"; git config core.hooksPath "$PWD/h"; git config gpg.program "$PWD/evil"
                git config log.showSignature true; git config core.pager "$PWD/evil"; git config alias.add "!$PWD/evil"
                """
            )
            let answer = try await export(executor)
            #expect(answer.notices.isEmpty)
            #expect(answer.commits.count == 1)
            #expect(!FileManager.default.fileExists(atPath: "\(executor.volume)/pwned"))
        }
    }
}
