import SystemPackage
import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(10))) struct HostileRepositoryTests {
    @Test(arguments: Scratch.Fault.allCases)
    func oldHarmlessFaultsPassAndTrulyBadObjectsDoNot(fault: Scratch.Fault) async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let commit = try await scratch.faultyCommit(fault, to: "refs/heads/main")
            let address = try scratch.address("origin")
            let bundle = scratch.file("a.bundle")
            if fault.isHarmless {
                let source = try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
                #expect(source.commit == commit)
            } else {
                let error = await #expect(throws: RepositoryError.self) {
                    try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
                }
                #expect(error?.code == .fetchFailed)
                #expect(!Files.exists(bundle))
            }
        }
    }

    @Test func nothingThatARepositoryBringsIsRun() async throws {
        try await Scratch.with { scratch in
            let canary = scratch.file("canary")
            let script = "#!/bin/sh\ntouch '\(canary)'\n"
            let folder = "--git-dir=" + scratch.file("origin")
            try await scratch.makeRepository()
            try await scratch.commitTree([
                ".gitattributes": "* filter=x diff=x merge=x\n",
                ".gitmodules": "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c touch% \(canary)\n",
                "x.c": "1\n",
            ])
            // Last, since the test's own commands would run them.
            try Files.makeFolder(scratch.file("origin") + "/hooks")
            for hook in [
                "pre-receive", "update", "post-receive", "post-update", "reference-transaction", "post-checkout",
            ] {
                let path = scratch.file("origin") + "/hooks/" + hook
                try Files.write(Array(script.utf8), to: path, permissions: [.ownerReadWriteExecute])
            }
            let command = "touch '\(canary)'"
            for key in [
                "core.fsmonitor", "uploadpack.packObjectsHook", "filter.x.clean", "filter.x.smudge", "core.sshCommand",
            ] {
                try await scratch.git(folder, "config", key, command)
            }
            try await scratch.git(folder, "config", "core.hooksPath", scratch.file("origin") + "/hooks")
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            let source = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("in.bundle"))
            let work = try await scratch.work(on: scratch.file("in.bundle"), named: "w")
            let outcome = try await repositories.push(
                work.bundle,
                from: address,
                base: source.commit,
                head: work.head,
                to: "x",
                run: "r1"
            )
            #expect(outcome.change == .created)
            #expect(!Files.exists(canary))
        }
    }

    @Test func anAddressThatOnlyLooksHarmlessRunsNothing() async throws {
        try await Scratch.with { scratch in
            let canary = scratch.file("canary")
            let repositories = scratch.repositories(timeouts: RepositoryTimeouts(fetch: .seconds(20)))
            for text in [
                "ssh://touch@127.0.0.1:1/touch", "touch@127.0.0.1:touch", "http://127.0.0.1:1/touch",
                "https://127.0.0.1:1/x", "git://127.0.0.1:1/x", "ssh://a.b-c_d@127.0.0.1:1/a=b,c+d@e~f",
            ] {
                let address = try RepositoryAddress.parse(text)
                let error = await #expect(throws: RepositoryError.self) {
                    try await repositories.fetch(address, ref: nil, run: "r1", bundle: canary)
                }
                #expect(error?.code == .fetchFailed)
            }
            #expect(!Files.exists(canary))
        }
    }

    @Test func localFoldersAreUsedOnlyWhereTheOperatorAllowsThem() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository("open/a")
            try await scratch.makeRepository("closed/b")
            try await scratch.run("ln", ["-s", scratch.file("closed/b"), scratch.file("open/link")])
            try await scratch.run("ln", ["-s", scratch.file("open"), scratch.file("alias")])
            try Files.makeFolder(scratch.file("open/pointer"))
            let pointer = Array("gitdir: \(scratch.file("closed/b"))\n".utf8)
            try Files.write(pointer, to: scratch.file("open/pointer/.git"), permissions: [.ownerReadWrite])
            try Files.write([], to: scratch.file("open/file"), permissions: [.ownerReadWrite])

            let repositories = scratch.repositories(GitSettings(localRoots: .below([scratch.file("open")])))
            for name in ["open/a", "alias/a"] {
                let bundle = scratch.file("a.bundle")
                _ = try await repositories.fetch(scratch.address(name), ref: nil, run: "r1", bundle: bundle)
            }
            for name in ["closed/b", "open/link", "open/pointer", "open/file", "open/nowhere", "opener"] {
                let error = await #expect(throws: RepositoryError.self) {
                    try await repositories.fetch(scratch.address(name), ref: nil, run: "r2", bundle: scratch.file("b"))
                }
                #expect(error?.code == .repositoryDenied)
            }
            let none = scratch.repositories(GitSettings())
            await #expect(throws: RepositoryError.self) {
                try await none.fetch(scratch.address("open/a"), ref: nil, run: "r3", bundle: scratch.file("c"))
            }
            let all = scratch.repositories(GitSettings(localRoots: .anywhere))
            _ = try await all.fetch(scratch.address("closed/b"), ref: nil, run: "r4", bundle: scratch.file("d"))
        }
    }
}

extension Scratch {
    /// Adds a commit with these files to `main` of `origin`.
    func commitTree(_ files: [String: String]) async throws {
        let folder = "--git-dir=" + file("origin")
        var lines = ""
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let blob = try await git(folder, "hash-object", "-w", "--stdin", input: content)
            lines += "100644 blob \(blob)\t\(name)\n"
        }
        let tree = try await git(folder, "mktree", input: lines)
        let commit = try await git(folder, "commit-tree", tree, "-p", "main", "-m", "files")
        try await git(folder, "update-ref", "refs/heads/main", commit)
    }
}
