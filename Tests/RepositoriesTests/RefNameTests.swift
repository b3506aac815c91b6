import Testing

@testable import Repositories

@Suite struct RefNameTests {
    private static let good = [
        "main", "feature/x", "v1.0", "we'ird/$(x)-ü", "a@b", "x-", "@x", "%41", "a;b", "a|b", "a&b", "\"q\"", "<x>",
        "a.b.c",
    ]
    private static let bad = [
        "", "-x", "--upload-pack=x", "a..b", "a@{b", "@", "a b", "a\nb", "a\u{7f}", "a~1", "a^", "a:b", "a?", "a*",
        "a[b",
        "a\\b", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "a\0b",
        String(repeating: "x", count: 2000),
    ]

    @Test(arguments: good)
    func whatGitAllowsIsAccepted(name: String) async throws {
        #expect(try WantedRef(name) == .branchOrTag(RefName(name, field: "ref")))
        try await Scratch.with { try await $0.git("check-ref-format", "refs/heads/" + name) }
    }

    @Test(arguments: bad)
    func whatGitRefusesIsRefusedByName(name: String) {
        let error = #expect(throws: RepositoryError.self) { try WantedRef(name) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.hasPrefix("`ref` ") == true)
    }

    @Test func aFullNameSaysWhatItIs() throws {
        let sha = String(repeating: "aB", count: 20)
        #expect(try WantedRef(nil) == .head)
        #expect(try WantedRef("refs/heads/x") == .branch(RefName("x", field: "ref")))
        #expect(try WantedRef("refs/tags/x") == .tag(RefName("x", field: "ref")))
        #expect(try WantedRef(sha) == ObjectID(sha).map { .commit($0) })
        #expect(throws: RepositoryError.self) { try WantedRef("refs/heads/-x") }
    }

    @Test(arguments: ["", "-x", "../x", "a/b", "a b", "a\n", "a.lock", String(repeating: "x", count: 129)])
    func aRunIdCannotLeaveItsPlace(run: String) {
        #expect(throws: RepositoryError.self) { try RunName(run) }
    }
}
