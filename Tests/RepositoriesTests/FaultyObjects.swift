@testable import Repositories

extension Scratch {
    /// Faults that an object can have.
    enum Fault: String, CaseIterable, Sendable {
        case zeroPaddedMode
        case noEmail
        case noSpaceBeforeEmail
        case oddTimezone
        case dotGit
        case duplicateEntries

        /// Whether old histories have it and a fetch only warns.
        var isHarmless: Bool {
            switch self {
            case .zeroPaddedMode, .noEmail, .noSpaceBeforeEmail, .oddTimezone: true
            case .dotGit, .duplicateEntries: false
            }
        }
    }

    /// Adds a commit with that fault, which git's own commands would not make.
    @discardableResult
    func faultyCommit(
        _ fault: Fault,
        to ref: String,
        in name: String = "origin",
        parent: String? = nil
    ) async throws -> String {
        let folder = "--git-dir=" + file(name)
        let blob = try await git(folder, "hash-object", "-w", "--stdin", input: "x")
        let plain = try await git(folder, "mktree", input: "100644 blob \(blob)\tx\n")
        var tree = plain
        switch fault {
        case .zeroPaddedMode: tree = try await self.tree(in: folder, [("040000", "sub", plain)])
        case .dotGit: tree = try await self.tree(in: folder, [("40000", ".git", plain)])
        case .duplicateEntries: tree = try await self.tree(in: folder, [("100644", "x", blob), ("100644", "x", blob)])
        case .noEmail, .noSpaceBeforeEmail, .oddTimezone: break
        }
        let author =
            switch fault {
            case .noEmail: "A 1700000000 +0000"
            case .noSpaceBeforeEmail: "A<a@example.org> 1700000000 +0000"
            case .oddTimezone: "A <a@example.org> 1700000000 +051800"
            default: "A <a@example.org> 1700000000 +0000"
            }
        let before = parent.map { "parent \($0)\n" } ?? ""
        let text = "tree \(tree)\n\(before)author \(author)\ncommitter A <a@example.org> 1700000000 +0000\n\nfault\n"
        let line = [folder, "hash-object", "-w", "--literally", "-t", "commit", "--stdin"]
        let commit = try await run("git", line, input: Array(text.utf8))
        try await git(folder, "update-ref", ref, commit)
        return commit
    }

    private func tree(in folder: String, _ entries: [(mode: String, name: String, id: String)]) async throws -> String {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes += Array("\(entry.mode) \(entry.name)\0".utf8)
            let digits = Array(entry.id.utf8)
            for index in stride(from: 0, to: digits.count, by: 2) {
                bytes.append(UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16) ?? 0)
            }
        }
        let line = [folder, "hash-object", "-w", "--literally", "-t", "tree", "--stdin"]
        return try await run("git", line, input: bytes)
    }
}
