import Crypto

/// One repository's bare mirror on disk, with its lock and the side folders of work in progress.
///
/// All names follow from the address, and whatever lies in a side folder when the lock is taken is a leftover.
struct Mirror: Sendable {
    let name: String
    let path: String

    init(folder: String, address: RepositoryAddress) {
        let digest = SHA256.hash(data: Array(address.url.utf8))
        let digits = Array("0123456789abcdef".utf8)
        let name = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        self.init(folder: folder, name: String(decoding: name, as: UTF8.self))
    }

    init(folder: String, name: String) {
        self.name = name
        path = "\(folder)/\(name).git"
    }

    var lock: String { path + ".lock" }
    /// A new mirror before it is renamed into its place.
    var side: String { path + ".side" }
    /// A damaged mirror on its way out.
    var broken: String { path + ".broken" }
    /// The quarantine of a push.
    var quarantine: String { path + ".push" }

    var exists: Bool { Files.kind(of: path) == .folder }

    /// Removes what a killed process left: side folders, git's lock files, half-written packs.
    ///
    /// Only to be called with the lock held, which shows that no git works in the mirror.
    func removeLeftovers() {
        for folder in [side, broken, quarantine] { Files.remove(folder) }
        guard exists else { return }
        for name in Files.names(in: path) where name.hasSuffix(".lock") { Files.remove("\(path)/\(name)") }
        for name in Files.namesBelow(path + "/refs") where name.hasSuffix(".lock") {
            Files.remove("\(path)/refs/\(name)")
        }
        let objects = path + "/objects"
        for name in Files.names(in: objects) where name.hasPrefix("tmp_objdir-") || name.hasPrefix("incoming-") {
            Files.remove("\(objects)/\(name)")
        }
        for folder in ["pack", "info"] {
            for name in Files.names(in: "\(objects)/\(folder)") where Self.isLeftover(name) {
                Files.remove("\(objects)/\(folder)/\(name)")
            }
        }
    }

    private static func isLeftover(_ name: String) -> Bool {
        name.hasPrefix("tmp_") || name.hasPrefix(".tmp-") || name.hasSuffix(".lock") || name.hasSuffix(".keep")
    }
}

extension Mirror {
    /// Makes sure that there is a usable mirror for objects of this format.
    func prepare(_ git: Git, format: ObjectFormat?) async throws {
        if exists {
            let question = GitCommand("rev-parse", ["--is-bare-repository", "--show-object-format"])
            let shown = try await git.run(question, in: path)
            let isBare = shown.succeeded && shown.lines.count == 2 && shown.lines[0] == "true"
            if isBare, format.map({ $0.rawValue == shown.lines[1] }) ?? true { return }
            try discard()
        }
        try await Self.initialise(side, git, format: format ?? .sha1)
        try Files.move(side, to: path)
    }

    /// Makes an empty bare repository without any template.
    static func initialise(_ path: String, _ git: Git, format: ObjectFormat) async throws {
        Files.remove(path)
        let hash: GitCommand.Option = format == .sha1 ? "--object-format=sha1" : "--object-format=sha256"
        let options: [GitCommand.Option] = ["--bare", "--quiet", "--template=", hash]
        let made = try await git.run(GitCommand("init", options, operands: [path]))
        guard made.succeeded else {
            throw RepositoryError(.fetchFailed, "A mirror cannot be made: \(made.complaint)")
        }
    }

    /// Throws the mirror away; a crash in between leaves either all of it or a leftover.
    func discard() throws {
        Files.remove(broken)
        try Files.move(path, to: broken)
        Files.remove(broken)
    }

    /// Asks git whether objects or refs are missing; takes a while on a large mirror.
    func isDamaged(_ git: Git) async throws -> Bool {
        let options: [GitCommand.Option] = ["--connectivity-only", "--no-dangling", "--no-progress"]
        let checked = try await git.run(GitCommand("fsck", options), in: path, outputLimit: 64 << 20)
        // What was fetched again hides a damaged pack from the result, not from the complaint.
        return !checked.succeeded || MirrorDamage.isLikely(checked.complaint)
    }

    /// The commits that runs hold, to be held again after the mirror was fetched anew.
    func heldCommits(_ git: Git) async throws -> [(ref: String, commit: ObjectID)] {
        let command = GitCommand("for-each-ref", ["--format=%(objectname) %(refname)"], operands: ["refs/caretaker/"])
        let listed = try await git.run(command, in: path, outputLimit: 16 << 20)
        return listed.lines.compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let commit = ObjectID(parts[0]) else { return nil }
            return (parts[1], commit)
        }
    }

    /// Holds a commit under a ref of ours.
    func hold(_ commit: ObjectID, as ref: String, _ git: Git) async throws {
        let update = GitCommand("update-ref", ["--no-deref"], operands: [ref, commit.text])
        let updated = try await git.run(update, in: path)
        guard updated.succeeded else {
            let said = updated.complaint
            throw RepositoryError(.fetchFailed, "The mirror cannot hold the run's commit: \(said)", complaint: said)
        }
    }

    /// The object that a ref or an object's name stands for, peeled to a commit; nil when there is none.
    func commit(of name: String, _ git: Git) async throws -> ObjectID? {
        let options: [GitCommand.Option] = ["--verify", "--quiet"]
        let command = GitCommand("rev-parse", options, separator: .endOfOptions, operands: [name + "^{commit}"])
        let parsed = try await git.run(command, in: path)
        guard parsed.succeeded else { return nil }
        return parsed.lines.first { $0 != GitCommand.Separator.endOfOptions.rawValue }.flatMap(ObjectID.init)
    }
}
