import Model
import SystemPackage
import TestSupport
import Testing

@testable import Repositories

@Suite(.timeLimit(.minutes(10))) struct DamageTests {
    /// What a kill can leave in a mirror, and worse.
    enum Damage: String, CaseIterable, Sendable {
        case lockFiles
        case halfPacks
        case sideFolders
        case emptyMirror
        case noHead
        case emptyConfig
        case truncatedPack
        case emptyRef
        case unwrittenAnswer
    }

    @Test(arguments: Damage.allCases)
    func theNextFetchRepairsTheMirror(damage: Damage) async throws {
        try await Scratch.with { scratch in
            let old = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let log = LogCapture()
            let repositories = scratch.repositories(logger: log.logger)
            _ = try await repositories.fetch(address, ref: nil, run: "r1", bundle: scratch.file("1.bundle"))
            let new = try await scratch.commit("two", to: "refs/heads/main")
            try await damage.inflict(on: scratch.mirror(address), bundle: scratch.file("1.bundle"))

            let bundle = scratch.file("2.bundle")
            let source = try await repositories.fetch(address, ref: nil, run: "r2", bundle: bundle)
            #expect(source.commit == new)
            #expect(try await scratch.clone(bundle, into: "c").commit == new)
            let told = log.lines(of: "mirror_remade")
            if damage == .truncatedPack { #expect(told.count == 1) }
            #expect(told.allSatisfy { $0.contains(#""run.id": r2"#) && $0.contains(address.url) })
            let mirror = "--git-dir=" + scratch.mirror(address).path
            try await scratch.git(mirror, "fsck", "--full")
            if damage != .emptyMirror, damage != .noHead, damage != .emptyConfig, damage != .emptyRef {
                #expect(try await scratch.git(mirror, "rev-parse", "refs/caretaker/r1") == old)
            }
            #expect(!Files.namesBelow(scratch.mirror(address).path).contains { $0.hasSuffix(".lock") })
            let again = try await repositories.fetch(address, ref: old, run: "r1", bundle: scratch.file("1.bundle"))
            #expect(again.commit == old)
        }
    }

    @Test func aCancelledFetchLeavesNoProcessAndTheNextOneWorks() async throws {
        try await Scratch.with { scratch in
            let commit = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            let stub = try StubGit(in: scratch, hangingOn: "fetch")
            let hanging = scratch.repositories(GitSettings(localRoots: .anywhere, git: stub.path))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await hanging.fetch(address, ref: nil, run: "r1", bundle: scratch.file("a.bundle"))
                    }
                }
                // Returns once the stub and its child run.
                try await stub.untilItHangs(in: scratch)
                group.cancelAll()
            }
            #expect(await stub.remainingProcesses().isEmpty)
            let source = try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: scratch.file("a"))
            #expect(source.commit == commit)
        }
    }

    @Test func aFetchThatTakesTooLongIsStoppedWithAllThatItStarted() async throws {
        try await Scratch.with { scratch in
            try await scratch.makeRepository()
            let stub = try StubGit(in: scratch, hangingOn: "fetch")
            let repositories = scratch.repositories(
                GitSettings(localRoots: .anywhere, git: stub.path),
                timeouts: RepositoryTimeouts(fetch: .seconds(4))
            )
            let error = await #expect(throws: RepositoryError.self) {
                try await repositories.fetch(
                    scratch.address("origin"),
                    ref: nil,
                    run: "r1",
                    bundle: scratch.file("a.bundle")
                )
            }
            #expect(error?.code == .timedOut)
            #expect(await stub.remainingProcesses().isEmpty)
        }
    }

    @Test func aWaitForATurnCanBeCancelled() async throws {
        let turns = MirrorTurns()
        let (held, holding) = AsyncStream<Void>.makeStream()
        let (released, releasing) = AsyncStream<Void>.makeStream()
        async let first: Void = turns.taking("m") {
            holding.finish()
            for await _ in released {}
        }
        for await _ in held {}
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await turns.taking("m") {} }
            }
            group.cancelAll()
        }
        #expect(try await turns.taking("other") { true })
        releasing.finish()
        try await first
        #expect(try await turns.taking("m") { true })
    }

    @Test func aGitLeftByAKilledServiceIsEndedBeforeItsMirrorIsTouched() async throws {
        try await Scratch.with { scratch in
            let commit = try await scratch.makeRepository()
            let address = try scratch.address("origin")
            _ = try await scratch.repositories().fetch(address, ref: nil, run: "r0", bundle: scratch.file("0.bundle"))
            // A process in a session of its own that holds the lock as git would, with its number in the file.
            let lock = scratch.mirror(address).lock
            let script = """
                exec 0<>"$1"; flock -x 0 || exit 1; echo $$ > "$1"; echo held > "$2"; exec sleep 600 >/dev/null 2>&1
                """
            let pipe = scratch.file("pipe")
            try await scratch.run("mkfifo", [pipe])
            try await scratch.run("setsid", ["--fork", "sh", "-c", script, "sh", lock, pipe])
            #expect(try await scratch.run("cat", [pipe]) == "held")
            let source = try await scratch.repositories().fetch(address, ref: nil, run: "r1", bundle: scratch.file("a"))
            #expect(source.commit == commit)
        }
    }
}

extension DamageTests.Damage {
    func inflict(on mirror: Mirror, bundle: String) async throws {
        let path = mirror.path
        func put(_ name: String) throws {
            try Files.write([], to: path + "/" + name, permissions: [.ownerReadWrite])
        }
        switch self {
        case .lockFiles:
            for name in [
                "HEAD.lock", "packed-refs.lock", "config.lock", "refs/heads/main.lock", "refs/caretaker/r2.lock",
            ] {
                try put(name)
            }
        case .halfPacks:
            for name in ["tmp_pack_x", "tmp_idx_x", "pack-x.keep"] { try put("objects/pack/" + name) }
            try Files.makeFolder(path + "/objects/tmp_objdir-incoming-x")
        case .sideFolders:
            for folder in [mirror.side, mirror.broken, mirror.quarantine] { try Files.makeFolder(folder + "/refs") }
        case .emptyMirror:
            Files.remove(path)
            try Files.makeFolder(path)
        case .noHead: Files.remove(path + "/HEAD")
        case .emptyConfig: try put("config")
        case .truncatedPack:
            for name in Files.namesBelow(path + "/objects") where name.utf8.count > 20 {
                Files.remove(path + "/objects/" + name)
                try put("objects/" + name)
            }
        case .emptyRef:
            try put("refs/heads/main")
            try put("refs/caretaker/r1")
        case .unwrittenAnswer:
            Files.remove(bundle + ".json")
            try Files.write([1], to: bundle + ".part", permissions: [.ownerReadWrite])
            try Files.write([], to: bundle + ".part.lock", permissions: [.ownerReadWrite])
        }
    }
}
