import SystemPackage
import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(10))) struct PushTests {
    @Test func workIsPushedOnceHoweverOftenItIsAsked() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            let source = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            let work = try await scratch.work(on: scratch.file("in.bundle"), named: "w")
            func push() async throws -> PushOutcome {
                try await repositories.push(
                    work.bundle,
                    from: address,
                    base: source.commit,
                    head: work.head,
                    to: "caretaker/x",
                    run: "r1"
                )
            }
            #expect(try await push() == PushOutcome(commit: work.head, branch: "caretaker/x", change: .created))
            #expect(try await push().change == .upToDate)
            let folder = "--git-dir=" + scratch.file("origin")
            #expect(try await scratch.git(folder, "rev-parse", "refs/heads/caretaker/x") == work.head)

            try await scratch.commit("on top", to: "refs/heads/caretaker/x")
            #expect(try await push().change == .upToDate)
            #expect(!Files.exists(scratch.mirror(address).quarantine))
        }
    }

    @Test func aBranchThatHasMovedElsewhereIsNeverForced() async throws {
        try await Scratch.with { scratch in
            let base = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            let work = try await scratch.work(on: scratch.file("in.bundle"), named: "w")
            let theirs = try await scratch.commit("theirs", to: "refs/heads/main")
            let error = await #expect(throws: RepositoryError.self) {
                try await repositories.push(
                    work.bundle,
                    from: address,
                    base: base,
                    head: work.head,
                    to: "refs/heads/main",
                    run: "r1"
                )
            }
            #expect(error?.code == .pushFailed)
            #expect(error?.message.contains("never forced") == true)
            let folder = "--git-dir=" + scratch.file("origin")
            #expect(try await scratch.git(folder, "rev-parse", "main") == theirs)
            #expect(!Files.exists(scratch.mirror(address).quarantine))
        }
    }

    @Test func anEmptyRepositoryGetsItsFirstCommits() async throws {
        try await Scratch.with { scratch in
            try await scratch.git("init", "--quiet", "--bare", "-b", "trunk", scratch.file("origin"))
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            let head = try await scratch.makeRepository("w")
            try await scratch.git(
                "--git-dir=" + scratch.file("w"),
                "bundle",
                "create",
                "--quiet",
                scratch.file("w.bundle"),
                "HEAD"
            )
            let outcome = try await repositories.push(
                scratch.file("w.bundle"),
                from: address,
                base: nil,
                head: head,
                to: "trunk",
                run: "r1"
            )
            #expect(outcome.change == .created)
        }
    }

    @Test func aBundleThatIsNotWhatItSaysIsRefused() async throws {
        try await Scratch.with { scratch in
            let base = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            let work = try await scratch.work(on: scratch.file("in.bundle"), named: "w")
            let whole = try Files.read(work.bundle, limit: 1 << 20)

            let cut = scratch.file("cut")
            try Files.write(Array(whole.dropLast(30)), to: cut, permissions: [.ownerReadWrite])
            let noise = scratch.file("noise")
            try Files.write(Array("no bundle\n\n".utf8), to: noise, permissions: [.ownerReadWrite])
            let link = scratch.file("link")
            try await scratch.run("ln", ["-s", work.bundle, link])
            let pipe = scratch.file("pipe")
            try await scratch.run("mkfifo", [pipe])
            let other = String(base.reversed())
            let cases = [
                (cut, work.head), (noise, work.head), (link, work.head), (pipe, work.head), (work.bundle, other),
                (scratch.file("nowhere"), work.head),
            ]
            for (bundle, head) in cases {
                let error = await #expect(throws: RepositoryError.self) {
                    try await repositories.push(bundle, from: address, base: base, head: head, to: "x", run: "r1")
                }
                #expect(error?.code == .pushFailed)
            }
            #expect(!Files.exists(scratch.mirror(address).quarantine))
        }
    }

    @Test func aBundleWithATreeThatHoldsDotGitIsRefused() async throws {
        try await Scratch.with { scratch in
            let base = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            _ = try await scratch.clone(scratch.file("in.bundle"), into: "w")
            let head = try await scratch.faultyCommit(.dotGit, to: "refs/heads/bad", in: "w/.git", parent: base)
            let bundle = scratch.file("bad.bundle")
            try await scratch.git("-C", scratch.file("w"), "bundle", "create", "--quiet", bundle, "bad", "^" + base)
            let error = await #expect(throws: RepositoryError.self) {
                try await repositories.push(bundle, from: address, base: base, head: head, to: "x", run: "r1")
            }
            #expect(error?.code == .pushFailed)
            #expect(error?.message.contains("hasDotgit") == true)
        }
    }

    @Test(arguments: ["-x", "a..b", "--receive-pack=x", "", "a b"])
    func aBadBranchNameIsRefusedByName(branch: String) async throws {
        try await Scratch.with { scratch in
            let commit = try await scratch.makeRepository()
            let error = await #expect(throws: RepositoryError.self) {
                try await scratch.repositories().push(
                    "/nowhere",
                    from: scratch.address("origin"),
                    base: nil,
                    head: commit,
                    to: branch,
                    run: "r1"
                )
            }
            #expect(error?.code == .invalidInput)
            #expect(error?.message.contains("push.branch") == true)
        }
    }
}
