import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(10))) struct FetchTests {
    @Test(
        arguments: [
            (nil, "main", "main"), ("main", "main", "main"), ("refs/heads/main", "main", "main"),
            ("we'ird/$(x)-ü", "main", "we'ird/$(x)-ü"), ("both", "old", "both"), ("refs/tags/both", "main", nil),
            ("light", "old", nil), ("annotated", "old", nil), ("refs/tags/annotated", "old", nil),
        ] as [(String?, String, String?)]
    )
    func everyKindOfRefIsClonedFromItsBundle(ref: String?, commit: String, branch: String?) async throws {
        try await Scratch.with { scratch in
            let old = try await scratch.makeRepository()
            let folder = "--git-dir=" + scratch.file("origin")
            try await scratch.git(folder, "tag", "light", old)
            try await scratch.git(folder, "tag", "-a", "-m", "x", "annotated", old)
            try await scratch.git(folder, "branch", "both", old)
            let new = try await scratch.commit("two", to: "refs/heads/main")
            try await scratch.git(folder, "tag", "both", new)
            try await scratch.git(folder, "branch", "we'ird/$(x)-ü", new)
            let commits = ["main": new, "old": old]

            let address = try scratch.address("origin")
            let bundle = scratch.file("run.bundle")
            let source = try await scratch.repositories().fetch(address, ref: ref, run: "r1", bundle: bundle)
            #expect(source.commit == commits[commit])
            #expect(source.branch == branch)
            #expect(source.defaultBranch == "main")
            #expect(source.origin == address.url)
            #expect(!source.isEmpty)

            let plain = try await scratch.clone(bundle, into: "plain")
            #expect(plain.commit == source.commit)
            #expect(plain.branch == branch ?? "HEAD")
            if let branch {
                let named = try await scratch.clone(bundle, into: "named", branch: branch)
                #expect(named == (plain.commit, branch))
            }
            let tags = try await scratch.git("-C", scratch.file("plain"), "tag")
            #expect(tags == (source.commit == new ? "annotated\nboth\nlight" : "annotated\nlight"))
        }
    }

    @Test func aCommitThatIsNoTipIsFoundAndOneThatNothingReachesIsNot() async throws {
        try await Scratch.with { scratch in
            let old = try await scratch.makeRepository()
            try await scratch.commit("two", to: "refs/heads/main")
            let lost = try await scratch.commit("lost", to: "refs/other/x")
            let repositories = scratch.repositories()
            let address = try scratch.address("origin")

            let bundle = scratch.file("a.bundle")
            let source = try await repositories.fetch(address, ref: old.uppercased(), run: "r1", bundle: bundle)
            #expect(source.commit == old)
            #expect(source.branch == nil)
            #expect(try await scratch.clone(bundle, into: "c") == (old, "HEAD"))

            for ref in [lost, String(repeating: "0", count: 39) + "1", "nowhere", "refs/tags/main", "refs/other/x"] {
                let error = await #expect(throws: RepositoryError.self) {
                    try await repositories.fetch(address, ref: ref, run: "r2", bundle: scratch.file("b.bundle"))
                }
                #expect(error?.code == .invalidInput)
                #expect(error?.message.hasPrefix("`ref` ") == true)
            }
        }
    }

    @Test func anEmptyRepositoryNamesItsFirstBranch() async throws {
        try await Scratch.with { scratch in
            try await scratch.git("init", "--quiet", "--bare", "-b", "trunk", scratch.file("origin"))
            let address = try scratch.address("origin")
            let bundle = scratch.file("a.bundle")
            let source = try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
            #expect(source.isEmpty)
            #expect(source.commit == nil)
            #expect(source.defaultBranch == "trunk")
            #expect(!Files.exists(bundle))
            #expect(try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle) == source)
        }
    }

    @Test func aDetachedRemoteHeadIsClonedDetached() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let folder = "--git-dir=" + scratch.file("origin")
            let alone = try await scratch.commit("alone", to: "refs/other/x")
            try await scratch.git(folder, "update-ref", "--no-deref", "HEAD", alone)
            let bundle = scratch.file("a.bundle")
            let source = try await scratch.repositories().fetch(
                scratch.address("origin"),
                ref: nil,
                run: "r1",
                bundle: bundle
            )
            #expect(source.commit == alone)
            #expect(source.branch == nil)
            #expect(try await scratch.clone(bundle, into: "c") == (alone, "HEAD"))
        }
    }

    @Test func aHeadThatNamesNothingAsksForARef() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            try await scratch.git("--git-dir=" + scratch.file("origin"), "symbolic-ref", "HEAD", "refs/heads/gone")
            let address = try scratch.address("origin")
            let error = await #expect(throws: RepositoryError.self) {
                try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: scratch.file("a"))
            }
            #expect(error?.message.hasPrefix("`ref` is needed") == true)
            let named = try await scratch.repositories().fetch(
                address,
                ref: "main",
                run: "r1",
                bundle: scratch.file("a")
            )
            #expect(named.branch == "main")
        }
    }

    @Test func aRepositoryWithSHA256ObjectsIsFetched() async throws {
        try await Scratch.with { scratch in
            try await scratch.git(
                "init",
                "--quiet",
                "--bare",
                "--object-format=sha256",
                "-b",
                "main",
                scratch.file("origin")
            )
            let commit = try await scratch.commit("one", to: "refs/heads/main")
            let source = try await scratch.repositories().fetch(
                scratch.address("origin"),
                ref: nil,
                run: "r1",
                bundle: scratch.file("a.bundle")
            )
            #expect(source.commit == commit)
            #expect(commit.utf8.count == 64)
        }
    }

    @Test func aRepeatedFetchAnswersTheSameWithoutTheRepository() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let bundle = scratch.file("run.bundle")
            let first = try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
            try await scratch.commit("two", to: "refs/heads/main")
            try Files.move(scratch.file("origin"), to: scratch.file("gone"))
            try Files.makeFolder(scratch.file("origin"))
            #expect(try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle) == first)

            try await scratch.repositories().release(address, run: "r1")
            await #expect(throws: RepositoryError.self) {
                try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: bundle)
            }
        }
    }

    @Test func aHeldCommitSurvivesPruningUntilItIsReleased() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let side = try await scratch.commit("side", to: "refs/heads/side")
            let address = try scratch.address("origin")
            let repositories = scratch.repositories()
            _ = try await repositories.fetch(address, ref: "side", run: "r1", bundle: scratch.file("a.bundle"))
            try await scratch.git("--git-dir=" + scratch.file("origin"), "branch", "-D", "side")
            _ = try await repositories.fetch(address, ref: nil, run: "r2", bundle: scratch.file("b.bundle"))

            let mirror = "--git-dir=" + scratch.mirror(address).path
            #expect(
                try await scratch.git(mirror, "for-each-ref", "--format=%(refname)") == """
                    refs/caretaker/r1
                    refs/caretaker/r2
                    refs/heads/main
                    """
            )
            #expect(try await scratch.git(mirror, "rev-parse", "refs/caretaker/r1") == side)
            try await repositories.release(address, run: "r1")
            try await repositories.release(address, run: "r1")
            #expect(try await scratch.git(mirror, "for-each-ref", "refs/caretaker/r1") == "")
        }
    }

    @Test func eightFetchesOfOneRepositoryAtOnceAllSucceed() async throws {
        try await Scratch.with { scratch in
            let commit = try await scratch.makeRepository()
            let repositories = scratch.repositories()
            let address = try scratch.address("origin")
            let commits = try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let bundle = scratch.file("\(number).bundle")
                        return try await repositories.fetch(address, ref: nil, run: "r\(number)", bundle: bundle).commit
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(commits == Array(repeating: commit, count: 8))
        }
    }
}
