import FoundationEssentials
import Glibc
import SystemPackage

@testable import Repositories

/// A git that does all as git does, except that one subcommand hangs, deaf to SIGTERM, with a child that hangs too.
struct StubGit: Sendable {
    let path: String
    private let signs: String
    private let pipe: String

    init(in scratch: Scratch, hangingOn subcommand: String) throws {
        path = scratch.file("stub-git")
        signs = scratch.file("stub-pids")
        pipe = scratch.file("stub-pipe")
        guard mkfifo(pipe, 0o600) == 0 else { throw Errno(rawValue: errno) }
        let script = """
            #!/bin/sh
            case " $* " in
            *' \(subcommand) '*)
                trap '' TERM
                sleep 600 &
                echo "$! $$" > '\(signs)'
                echo hanging > '\(pipe)'
                wait
                wait
                while :; do sleep 600; done;;
            esac
            exec git "$@"

            """
        try Files.write(Array(script.utf8), to: path, permissions: [.ownerReadWriteExecute])
    }

    /// Waits on a named pipe, which opens when the stub writes into it.
    func untilItHangs(in scratch: Scratch) async throws {
        try await scratch.run("cat", [pipe])
    }

    /// Those of the stub's processes that still run; a zombie does not.
    private func livingProcesses() -> [String] {
        let text = (try? Files.read(signs, limit: 64)).map { String(decoding: $0, as: UTF8.self) } ?? "none"
        return text.split(whereSeparator: \.isWhitespace).map(String.init).filter { pid in
            guard let status = try? Files.read("/proc/\(pid)/stat", limit: 512) else { return pid == "none" }
            let fields = String(decoding: status, as: UTF8.self).split(separator: " ")
            return fields.count > 2 && fields[2] != "Z" && fields[2] != "X"
        }
    }

    /// The processes that are left once those that were killed have had time to die.
    func remainingProcesses() async -> [String] {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end, !livingProcesses().isEmpty { await Task.yield() }
        return livingProcesses()
    }
}
